package io.github.tf2torch.read.torch;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.read.torch.PickleValue.Dict;
import io.github.tf2torch.read.torch.PickleValue.Items;
import io.github.tf2torch.read.torch.PickleValue.Real;
import io.github.tf2torch.read.torch.PickleValue.Text;
import io.github.tf2torch.read.torch.PickleValue.Truth;
import io.github.tf2torch.read.torch.PickleValue.Tuple;
import io.github.tf2torch.read.torch.PickleValue.Whole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The numbers, flags, words and lists of these of an optimizer's {@code param_groups}, as {@code
 * Optimizer.state_dict} has them: what {@code load_state_dict} sets, whatever the constructor was
 * given.
 */
final class ParamGroups {
  private ParamGroups() {}

  /** One map a group; empty where the value is no optimizer's. */
  static List<Map<String, Config>> of(PickleValue root) {
    if (!(root instanceof Dict dict)
        || !(dict.entries.get(new Text("param_groups")) instanceof Items groups)) {
      return List.of();
    }
    List<Map<String, Config>> all = new ArrayList<>();
    for (PickleValue group : groups.values) {
      Map<String, Config> settings = new LinkedHashMap<>();
      if (group instanceof Dict entries) {
        entries.entries.forEach(
            (key, value) -> {
              if (key instanceof Text name) {
                put(settings, name.value(), value);
              }
            });
      }
      all.add(Config.ordered(settings));
    }
    return List.copyOf(all);
  }

  private static void put(Map<String, Config> settings, String name, PickleValue value) {
    if (value instanceof Items items) {
      put(settings, name, items.values);
    } else if (value instanceof Tuple tuple) {
      put(settings, name, tuple.items);
    } else {
      scalar(value).ifPresent(s -> settings.put(name, s));
    }
  }

  private static void put(Map<String, Config> settings, String name, List<PickleValue> values) {
    List<Config> all = values.stream().map(ParamGroups::scalar).flatMap(Optional::stream).toList();
    if (all.size() == values.size()) {
      settings.put(name, new Config.Items(all));
    }
  }

  private static Optional<Config> scalar(PickleValue value) {
    if (value instanceof Real real) {
      return Optional.of(new Config.Real(real.value()));
    }
    if (value instanceof Whole whole) {
      return Optional.of(new Config.Whole(whole.value()));
    }
    if (value instanceof Truth truth) {
      return Optional.of(new Config.Bool(truth.value()));
    }
    return value instanceof Text text
        ? Optional.of(new Config.Text(text.value()))
        : Optional.empty();
  }
}
