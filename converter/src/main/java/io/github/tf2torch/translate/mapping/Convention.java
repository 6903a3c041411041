package io.github.tf2torch.translate.mapping;

import java.util.List;

/** What the variables of one kind of layer are called, and how PyTorch holds them. */
interface Convention {
  /**
   * In the order in which they are tried: what needs more variables comes before what needs one.
   */
  static List<Convention> all() {
    return List.of(
        new Recurrent(),
        new Normalization(),
        new Separable(),
        new Kernel(),
        new Table(),
        new Slope());
  }

  /** Takes what it knows out of the scope; nothing where it knows nothing. */
  List<Layer> read(Leaves leaves);
}
