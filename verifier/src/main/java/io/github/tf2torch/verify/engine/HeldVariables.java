package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;

/** The variables that a session holds, to be given values. */
record HeldVariables(Session session, Precision precision, List<VariableAssignment.Step> steps) {
  private static final long ASSIGNED_AT_ONCE_BYTES = 1L << 27;

  /** A session prepares itself anew for every set of feeds, so many variables go in one run. */
  void assign(Map<String, Variable> variables, TensorSource tensors) {
    Map<VariableAssignment.Step, Tensor> batch = new LinkedHashMap<>();
    try {
      long bytes = 0;
      for (VariableAssignment.Step step : steps) {
        Tensor value = TensorFlowTensors.read(variables.get(step.variable()), tensors, precision);
        batch.put(step, value);
        bytes += value.numBytes();
        if (bytes >= ASSIGNED_AT_ONCE_BYTES) {
          assign(batch);
          bytes = 0;
        }
      }
      assign(batch);
    } finally {
      batch.values().forEach(Tensor::close);
    }
  }

  /** Gives a variable another value from now on; false where the graph has no such variable. */
  boolean assign(String variable, TensorValue value) {
    Map<VariableAssignment.Step, Tensor> batch = new LinkedHashMap<>();
    for (VariableAssignment.Step step : steps) {
      if (step.variable().equals(variable)) {
        batch.put(
            step,
            TensorFlowTensors.toNative(
                precision == Precision.FLOAT64 ? TensorFlowTensors.widened(value) : value));
      }
    }
    boolean isThere = !batch.isEmpty();
    assign(batch);
    return isThere;
  }

  private void assign(Map<VariableAssignment.Step, Tensor> batch) {
    if (batch.isEmpty()) {
      return;
    }
    Session.Runner runner = session.runner();
    batch.forEach((step, value) -> runner.feed(step.placeholder(), value).addTarget(step.target()));
    try {
      runner.run().close();
    } catch (TensorFlowException | IllegalArgumentException | UnsupportedOperationException e) {
      throw new EngineFailure(
          "TensorFlow does not take the stored value of a variable: " + e.getMessage(), e);
    }
    batch.values().forEach(Tensor::close);
    batch.clear();
  }
}
