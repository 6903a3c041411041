package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.Shape;
import java.util.Optional;

/**
 * Random numbers that a layer draws in training.
 *
 * @param path where the layer is: names by slashes
 * @param rate the share that goes; of normal noise nothing
 * @param value what the layer computes with
 * @param own how it is drawn; empty where it is fed
 */
public record Draw(
    String path,
    Kind kind,
    Shape shape,
    double rate,
    Seed seed,
    Endpoint value,
    Optional<Own> own) {

  /** What the layer computes with. */
  public enum Kind {
    /** 0, or 1 over the share that stays. */
    FACTOR,
    /** 0 or 1. */
    KEPT,
    /** Standard normal. */
    NORMAL
  }

  /**
   * A use of Keras 3's {@code SeedGenerator}.
   *
   * @param value 0 where the configuration has none
   * @param draw which use of the generator in one call of the model, from 0
   * @param state the variable that holds seed and count, where the file has one
   */
  public record Seed(Optional<Long> value, long draw, Optional<String> state) {}

  /**
   * Where the graph draws.
   *
   * @param numbers uniform or normal, as TensorFlow's operation gives them
   * @param seeds two whole numbers that may be fed; else the configuration's, and the draw
   */
  public record Own(Endpoint numbers, Endpoint seeds) {}
}
