package io.github.tf2torch.rules.layer;

import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;

/** What a function with one answer computes. */
interface FunctionRule {
  /**
   * @param options where the function's settings are: with Keras 2 among the call's arguments
   */
  Value of(Settings options, LayerContext context);
}
