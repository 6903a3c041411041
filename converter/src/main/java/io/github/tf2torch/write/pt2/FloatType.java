package io.github.tf2torch.write.pt2;

import io.github.tf2torch.tensor.DType;
import java.util.Optional;

/**
 * The type that a program is written in.
 *
 * @param chosen for everything floating-point; empty where each keeps its own
 */
record FloatType(Optional<DType> chosen) {
  DType of(DType own) {
    return own.isFloating() ? chosen.orElse(own) : own;
  }
}
