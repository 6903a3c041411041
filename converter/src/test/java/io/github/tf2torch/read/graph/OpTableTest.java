package io.github.tf2torch.read.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

class OpTableTest {

  @Test
  void absentAttributesHaveTheRegistrysDefaults() {
    NodeDef node =
        new OpTable(List.of()).complete(NodeDef.newBuilder().setOp("FusedBatchNormV3").build());
    assertThat(node.getAttrOrThrow("epsilon").getF()).isEqualTo(1e-4f);
    assertThat(node.getAttrOrThrow("is_training").getB()).isTrue();
    assertThat(node.getAttrOrThrow("data_format").getS().toStringUtf8()).isEqualTo("NHWC");
    assertThat(node.getAttrMap()).doesNotContainKey("T");
  }

  @Test
  void theFilesOwnDefaultsComeFirst() {
    OpDef own =
        OpDef.newBuilder()
            .setName("LeakyRelu")
            .addAttr(
                OpDef.AttrDef.newBuilder()
                    .setName("alpha")
                    .setDefaultValue(AttrValue.newBuilder().setF(0.3f)))
            .build();
    NodeDef node = NodeDef.newBuilder().setOp("LeakyRelu").build();
    assertThat(new OpTable(List.of(own)).complete(node).getAttrOrThrow("alpha").getF())
        .isEqualTo(0.3f);
  }

  @Test
  void writtenAttributesStay() {
    NodeDef node =
        NodeDef.newBuilder()
            .setOp("LeakyRelu")
            .putAttr("alpha", AttrValue.newBuilder().setF(0f).build())
            .build();
    assertThat(new OpTable(List.of()).complete(node).getAttrOrThrow("alpha").getF()).isZero();
  }

  @Test
  void outputsOfListsAreCountedOn() {
    OpTable ops = new OpTable(List.of());
    NodeDef split =
        NodeDef.newBuilder()
            .setOp("Split")
            .putAttr("num_split", AttrValue.newBuilder().setI(3).build())
            .build();
    NodeDef norm = NodeDef.newBuilder().setOp("FusedBatchNormV3").build();
    assertThat(ops.output(split, "output", 2)).isEqualTo(2);
    assertThat(ops.output(norm, "batch_variance", 0)).isEqualTo(2);
    assertThat(ops.outputArg(norm, 2)).isEqualTo("batch_variance:0");
  }
}
