package io.github.tf2torch.rules.layer;

import io.github.tf2torch.rules.LayerContext;

/** Classes of Keras 1 that no later Keras has: under their names later files have others' own. */
final class Former {
  private Former() {}

  static void requireKeras1(LayerContext context) {
    if (context.version().major() != 1) {
      throw context.unsupported(
          "is a class of Keras 1, and a later Keras wrote the file: it is a layer of your own of that"
              + " name; give a rule for it by --plugin JAR");
    }
  }
}
