package io.github.tf2torch.verify.subject;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.EngineSettings;
import io.github.tf2torch.verify.engine.ParameterGradients;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Something that runs a PyTorch model of the user's own, at inference. */
public interface OwnRunner extends Closeable {
  /** The names of forward's arguments, where they are known. */
  Optional<List<String>> arguments() throws IOException;

  /**
   * By name; {@code 0}, {@code 1}, ... where outputs have none.
   *
   * @param floatType what parameters and computation are cast to
   * @throws io.github.tf2torch.verify.engine.EngineFailure where the model does not take the inputs
   */
  Map<String, TensorValue> outputs(DType floatType, List<TensorValue> inputs) throws IOException;

  /** Gradients of the sum of outputs, each times its weight. */
  ParameterGradients gradients(
      DType floatType, List<TensorValue> inputs, Map<String, TensorValue> weights)
      throws IOException;

  /** The model as a TorchScript archive, as it is for these inputs; empty where it can't be one. */
  Optional<Path> archive(List<TensorValue> inputs) throws IOException;

  /** What it ran under; after a run. */
  EngineSettings settings();
}
