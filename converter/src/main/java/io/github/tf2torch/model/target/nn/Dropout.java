package io.github.tf2torch.model.target.nn;

/** {@code torch.nn.Dropout}: any shape to the same; {@code p} is the share that goes. */
public record Dropout(float p) implements DropoutVariant {
  @Override
  public String pythonClass() {
    return "nn.Dropout";
  }

  @Override
  public String operator() {
    return "dropout";
  }
}
