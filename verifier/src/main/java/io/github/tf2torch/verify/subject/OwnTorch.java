package io.github.tf2torch.verify.subject;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A PyTorch model that is not a conversion's, to be held against the source.
 *
 * @param file a TorchScript archive, or the {@code state_dict} of {@code module}
 * @param module {@code FILE.py:Class}, which Python runs
 * @param rules a file of rules, or the name of a set, that leads variables to its tensors
 * @param inputLayout {@code nchw} or {@code nhwc}; found by trying where empty
 */
public record OwnTorch(
    Path file, Optional<String> module, Optional<String> rules, Optional<String> inputLayout) {

  /** The options that say so. */
  List<String> words() {
    List<String> words = new ArrayList<>(List.of("--torch", file.toString()));
    module.ifPresent(m -> words.addAll(List.of("--python-module", m)));
    rules.ifPresent(r -> words.addAll(List.of("--rules", r)));
    inputLayout.ifPresent(l -> words.addAll(List.of("--torch-input-layout", l)));
    return words;
  }
}
