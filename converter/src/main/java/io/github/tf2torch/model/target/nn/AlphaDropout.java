package io.github.tf2torch.model.target.nn;

/** {@code torch.nn.AlphaDropout}: any shape to the same; {@code p} is the share that goes. */
public record AlphaDropout(float p) implements DropoutVariant {
  @Override
  public String pythonClass() {
    return "nn.AlphaDropout";
  }

  @Override
  public String operator() {
    return "alpha_dropout";
  }
}
