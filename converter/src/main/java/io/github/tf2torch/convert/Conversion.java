package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.TorchLoss;
import io.github.tf2torch.model.target.TrainingState;
import io.github.tf2torch.translate.Account;
import io.github.tf2torch.translate.Translation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A finished conversion.
 *
 * @param directory where its files are
 * @param optimizer with which training goes on, where the source has one
 * @param loss that its training makes smaller, where the source says it
 * @param files their names
 * @param read with what the source was opened
 * @param checksums of each tensor as written, by its name in the {@code state_dict}
 * @param sha256 of each, where they were asked for
 * @param numbers of the source that are in none of its files, for the way back
 * @param notes what the output folder had to say, such as a leftover that was cleaned up
 */
public record Conversion(
    Path directory,
    ReadOptions read,
    TfModel source,
    Translation translation,
    Optional<TrainingState> optimizer,
    Optional<TorchLoss> loss,
    List<String> files,
    Map<String, String> checksums,
    Map<String, String> sha256,
    Map<String, Double> numbers,
    List<String> notes) {
  public Conversion {
    files = List.copyOf(files);
    checksums = Map.copyOf(checksums);
    sha256 = Map.copyOf(sha256);
    numbers = Map.copyOf(numbers);
    notes = List.copyOf(notes);
  }

  /** Variables that are in none of its files. */
  public List<Account.Dropped> dropped() {
    Set<String> held = optimizer.map(TrainingState::sources).orElse(Set.of());
    return translation.account().dropped().stream().filter(d -> !held.contains(d.name())).toList();
  }
}
