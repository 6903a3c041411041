package io.github.tf2torch.verify.subject;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What PyTorch runs.
 *
 * @param directory what the conversion wrote
 * @param own a PyTorch model of the user's own, instead of what a conversion wrote
 * @param plugins jars with the rules that the conversion was made with
 * @param python an interpreter with torch, that is to run {@code model.py} or the own module
 */
public record TorchSide(
    Path directory, Optional<OwnTorch> own, List<Path> plugins, Optional<String> python) {
  public TorchSide {
    plugins = List.copyOf(plugins);
  }

  /** A conversion, made by the rules that ship alone. */
  static TorchSide of(Path directory) {
    return new TorchSide(directory, Optional.empty(), List.of(), Optional.empty());
  }

  TorchSide withDirectory(Path other) {
    return new TorchSide(other, own, plugins, python);
  }

  TorchSide withOwn(OwnTorch other) {
    return new TorchSide(directory, Optional.of(other), plugins, python);
  }

  TorchSide withPlugins(List<Path> jars) {
    return new TorchSide(directory, own, jars, python);
  }

  TorchSide withPython(String interpreter) {
    return new TorchSide(directory, own, plugins, Optional.of(interpreter));
  }

  /** The arguments and options that say so. */
  List<String> words() {
    List<String> words =
        new ArrayList<>(own.map(OwnTorch::words).orElse(List.of(directory.toString())));
    plugins.forEach(p -> words.addAll(List.of("--plugin", p.toString())));
    python.ifPresent(p -> words.addAll(List.of("--python", p)));
    return words;
  }
}
