package io.github.tf2torch.model.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.target.TorchModel.Kind;
import io.github.tf2torch.model.target.TorchModel.Tensor;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.util.List;
import org.junit.jupiter.api.Test;

/** TensorFlow trains variables; a constant of the graph stays what it is. */
class TrainedTensorTest {
  private static final TensorExpr STORED = new TensorExpr.Stored("w", DType.FLOAT32, Shape.of(2));
  private static final TensorExpr CONSTANT =
      new TensorExpr.Constant("c", TensorValue.ofDoubles(DType.FLOAT32, Shape.of(2), 1, 2));

  @Test
  void aConstantOfTheGraphIsNotTrained() {
    assertThat(new Tensor("bias", Kind.PARAMETER, CONSTANT).isTrained()).isFalse();
    assertThat(new Tensor("bias", Kind.PARAMETER, STORED).isTrained()).isTrue();
    TensorExpr both = new TensorExpr.Concat(List.of(STORED, CONSTANT), 0);
    assertThat(new Tensor("bias", Kind.PARAMETER, both).isTrained()).isTrue();
  }

  @Test
  void otherValuesChangeNothingAboutIt() {
    assertThat(new Tensor("bias", Kind.PARAMETER, STORED).with(CONSTANT).isTrained()).isTrue();
    assertThat(new Tensor("bias", Kind.PARAMETER, CONSTANT).with(STORED).isTrained()).isFalse();
  }
}
