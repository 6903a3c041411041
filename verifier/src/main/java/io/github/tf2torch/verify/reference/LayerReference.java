package io.github.tf2torch.verify.reference;

import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.List;

/** What a class of layers computes, in TensorFlow's operations. */
interface LayerReference {
  List<SymbolicTensor> outputs(LayerCall call);

  /** Of a layer with one result. */
  interface Single {
    SymbolicTensor output(LayerCall call);
  }

  static LayerReference of(Single single) {
    return call -> List.of(single.output(call));
  }
}
