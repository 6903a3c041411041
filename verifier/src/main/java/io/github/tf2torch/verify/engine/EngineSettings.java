package io.github.tf2torch.verify.engine;

import java.util.Map;
import java.util.TreeMap;

/**
 * What was in force while an engine ran, for the report: a result can only be had again under the
 * same settings.
 *
 * @param engine {@code TensorFlow} or {@code PyTorch}
 * @param version of the native library
 * @param binding the Java library in between, with its version
 * @param settings the rest by name, in the order of the names
 */
public record EngineSettings(
    String engine, String version, String binding, int threads, Map<String, String> settings) {
  public EngineSettings {
    settings = java.util.Collections.unmodifiableMap(new TreeMap<>(settings));
  }
}
