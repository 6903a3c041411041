package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Shape;

/**
 * A tensor that both frameworks compute: an output, or the boundary of a layer.
 *
 * @param layout how PyTorch holds it
 */
record Place(String name, Endpoint source, Layout layout) {
  static Place of(TorchModel.Output output) {
    return new Place(output.name(), output.source(), output.layout());
  }

  /** What has the name alone on both sides, in TensorFlow's order. */
  static Place named(String name, Shape shape) {
    return new Place(name, new Endpoint(name, 0), Layout.tensorflow(shape.rank()));
  }

  static Place of(TorchModel.Tap tap) {
    return new Place(tap.layer(), tap.source(), tap.layout());
  }
}
