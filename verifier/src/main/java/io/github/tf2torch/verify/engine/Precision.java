package io.github.tf2torch.verify.engine;

/** The precision in which a model's floating point values are computed. */
public enum Precision {
  FLOAT32,
  /** The oracle: everything that the file holds as float32 widened, then computed in float64. */
  FLOAT64
}
