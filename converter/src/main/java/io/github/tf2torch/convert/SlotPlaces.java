package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.read.torch.StateDictFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the state of each parameter is in an {@code optimizer.pt}, which has it by numbers: an
 * optimizer that took it up by names, as {@code load_optimizer} does, has an order of its own, and
 * so has what it saves.
 */
final class SlotPlaces {
  private final Map<String, Long> numbers = new HashMap<>();

  private SlotPlaces(List<Map<String, Config>> groups) {
    for (Map<String, Config> group : groups) {
      List<Config> names = items(group.get("param_names"));
      List<Config> params = items(group.get("params"));
      for (int i = 0; i < Math.min(names.size(), params.size()); i++) {
        if (names.get(i) instanceof Config.Text name
            && params.get(i) instanceof Config.Whole number) {
          numbers.put(name.value(), number.value());
        }
      }
    }
  }

  /**
   * @throws BadRequest where no parameter has a name
   */
  static SlotPlaces in(StateDictFile file) {
    SlotPlaces places = new SlotPlaces(file.groups());
    if (places.numbers.isEmpty()) {
      throw new BadRequest(
          file.provenance().path()
              + ": does not say which parameters its state is of (no \"param_names\"); save it of"
              + " an optimizer that load_optimizer gave its state, or that was made of"
              + " model.named_parameters(); without the file, the slots are left out");
    }
    return places;
  }

  private static List<Config> items(@Nullable Config value) {
    return value instanceof Config.Items items ? items.values() : List.of();
  }

  /** The path of a tensor; empty where the optimizer does not step its parameter. */
  Optional<String> path(String parameter, String key) {
    return Optional.ofNullable(numbers.get(parameter)).map(n -> "state." + n + "." + key);
  }
}
