package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.TorchModel;

/**
 * A tensor that both frameworks compute: an output, or the boundary of a layer.
 *
 * @param layout how PyTorch holds it
 */
record Place(String name, Endpoint source, Layout layout) {
  static Place of(TorchModel.Output output) {
    return new Place(output.name(), output.source(), output.layout());
  }

  static Place of(TorchModel.Tap tap) {
    return new Place(tap.layer(), tap.source(), tap.layout());
  }
}
