package io.github.tf2torch.write.pt2;

import io.github.tf2torch.model.target.TorchModule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The modules that a node is made in, outermost first, which {@code torch.export.unflatten} gives
 * the tree of modules back by.
 *
 * <p>Format: {@code serialize_metadata} of {@code torch/_export/serde/serialize.py}.
 */
final class ModuleStack {
  /** Where PyTorch's own classes are defined, by what their names begin with. */
  private static final Map<String, String> FILES =
      Map.of(
          "Linear", "linear",
          "Conv", "conv",
          "BatchNorm", "batchnorm",
          "LayerNorm", "normalization",
          "RMSNorm", "normalization",
          "GroupNorm", "normalization",
          "Embedding", "sparse",
          "LSTM", "rnn",
          "GRU", "rnn",
          "RNN", "rnn");

  private final List<String> entries = new ArrayList<>();
  private final Map<String, Integer> calls = new HashMap<>();

  ModuleStack(String className) {
    entries.add("L__self__,,model." + className);
  }

  /** A module is called; a second call of one has a key of its own. */
  void enter(String path, String type) {
    int before = calls.merge(path, 1, Integer::sum) - 1;
    entries.add("L__self__" + path + (before == 0 ? "" : "@" + before) + "," + path + "," + type);
  }

  void leave() {
    entries.remove(entries.size() - 1);
  }

  String text() {
    return String.join(";", entries);
  }

  /** The full name of a module's class. */
  static String type(TorchModule module) {
    String name = module.pythonClass();
    if (module.isLocal()) {
      return "model." + name;
    }
    String own = name.substring(name.lastIndexOf('.') + 1);
    String file =
        FILES.entrySet().stream()
            .filter(f -> own.startsWith(f.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(own.contains("Dropout") ? "dropout" : "module");
    return "torch.nn.modules." + file + "." + own;
  }
}
