package io.github.tf2torch.model.target.nn;

/**
 * {@code torch.nn.Dropout1d}, 2d and 3d: (N, C, ...) to the same; whole channels go, {@code p} is
 * their share.
 *
 * @param axes the number of axes behind the channels
 */
public record ChannelDropout(float p, int axes) implements DropoutVariant {
  @Override
  public String pythonClass() {
    return "nn.Dropout" + axes + "d";
  }

  @Override
  public String operator() {
    return "feature_dropout";
  }
}
