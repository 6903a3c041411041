package io.github.tf2torch.samples.thepost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * In which order PyTorch's libraries add up. Each takes the widest instructions that it finds, and
 * with them an order of its own: which decisions of a float32 training then fall otherwise depends
 * on the machine. These variables give all machines with AVX2 one order. MKL takes {@code
 * COMPATIBLE} on any of them.
 */
final class AddingOrder {
  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final Map<String, String> ONE_ORDER =
      Map.of(
          "MKL_CBWR", "COMPATIBLE",
          "ONEDNN_MAX_CPU_ISA", "AVX2",
          "ATEN_CPU_CAPABILITY", "avx2",
          "OMP_NUM_THREADS", "1");

  /** oneDNN in TensorFlow would add up otherwise than TensorFlow of 2018. */
  private static final Map<String, String> TENSORFLOW =
      Map.of("TF_ENABLE_ONEDNN_OPTS", "0", "TF_CPP_MIN_LOG_LEVEL", "3");

  private AddingOrder() {}

  /** Why this machine can't add up in that order; empty where it can. */
  static Optional<String> impediment() throws IOException {
    return impediment(Files.isReadable(CPU) ? Files.readString(CPU) : "");
  }

  static Optional<String> impediment(String cpuinfo) {
    boolean hasAvx2 =
        cpuinfo
            .lines()
            .filter(line -> line.startsWith("flags"))
            .anyMatch(line -> (line + " ").contains(" avx2 "));
    return hasAvx2
        ? Optional.empty()
        : Optional.of(
            "no AVX2 is seen here ("
                + System.getProperty("os.name")
                + " "
                + System.getProperty("os.arch")
                + "): float32 is added up in this machine's own order, and PyTorch's losses may"
                + " part from the post's by some 1e-3");
  }

  /** For a process that trains in float32. */
  static Map<String, String> environment() throws IOException {
    Map<String, String> variables = new TreeMap<>(TENSORFLOW);
    if (impediment().isEmpty()) {
      variables.putAll(ONE_ORDER);
    }
    return variables;
  }

  /** What is set, or why not. */
  static String said() throws IOException {
    return impediment()
        .orElse(
            "float32 alone, in a process with "
                + new TreeMap<>(ONE_ORDER)
                    .entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .collect(Collectors.joining(" "))
                + ", one thread");
  }
}
