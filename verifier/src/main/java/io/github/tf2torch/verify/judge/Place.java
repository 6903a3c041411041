package io.github.tf2torch.verify.judge;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Shape;

/**
 * A tensor that both frameworks compute: an output, or the boundary of a layer.
 *
 * @param layout how PyTorch holds it
 */
public record Place(String name, Endpoint source, Layout layout) {
  public static Place of(TorchModel.Output output) {
    return new Place(output.name(), output.source(), output.layout());
  }

  /** What has the name alone on both sides, in TensorFlow's order. */
  public static Place named(String name, Shape shape) {
    return new Place(name, new Endpoint(name, 0), Layout.tensorflow(shape.rank()));
  }

  public static Place of(TorchModel.Tap tap) {
    return new Place(tap.layer(), tap.source(), tap.layout());
  }
}
