package io.github.tf2torch.verify.engine;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.util.Map;
import java.util.TreeMap;

/**
 * Environment variables of this very process. Native libraries read their switches with {@code
 * getenv} as they are loaded, and Java can only change the environment of its children.
 */
final class ProcessEnvironment {
  /** What TensorFlow is loaded under. oneDNN's convolutions are less accurate than Eigen's. */
  static final Map<String, String> TENSORFLOW =
      Map.of("TF_ENABLE_ONEDNN_OPTS", "0", "TF_CPP_MIN_LOG_LEVEL", "3");

  /**
   * What PyTorch's OpenMP is loaded under: threads that wait sleep. Spinning, they take the cores
   * from whatever else runs: a busy machine then needs several times as long, an idle one no less.
   */
  static final Map<String, String> OPEN_MP = Map.of("OMP_WAIT_POLICY", "passive");

  private ProcessEnvironment() {}

  private interface C extends Library {
    int setenv(String name, String value, int overwrite);

    String getenv(String name);
  }

  /** Sets what the user has not set himself; answers what then holds. */
  static Map<String, String> set(Map<String, String> variables) {
    C c = Native.load("c", C.class);
    Map<String, String> inForce = new TreeMap<>();
    variables.forEach(
        (name, value) -> {
          c.setenv(name, value, 0);
          inForce.put(name, c.getenv(name));
        });
    return inForce;
  }
}
