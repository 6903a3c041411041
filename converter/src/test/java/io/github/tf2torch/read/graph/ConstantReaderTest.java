package io.github.tf2torch.read.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.tensor.TensorValue;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

class ConstantReaderTest {

  @Test
  void theLastListedValueFillsTheRest() {
    TensorProto.Builder proto = proto(DataType.DT_FLOAT, 2, 2).addFloatVal(1).addFloatVal(2.5f);
    assertThat(value(proto).doubles()).containsExactly(1, 2.5, 2.5, 2.5);
  }

  @Test
  void nothingListedIsZero() {
    assertThat(value(proto(DataType.DT_INT64, 3)).longs()).containsExactly(0, 0, 0);
  }

  @Test
  void contentIsLittleEndianElements() {
    ByteString content = ByteString.copyFrom(new byte[] {1, 0, 0, 0, -1, -1, -1, -1});
    assertThat(value(proto(DataType.DT_INT32, 2).setTensorContent(content)).longs())
        .containsExactly(1, -1);
  }

  @Test
  void halvesStandAsBitPatterns() {
    TensorValue value = value(proto(DataType.DT_BFLOAT16, 2).addHalfVal(0x3f80).addHalfVal(0xc000));
    assertThat(value.bytes().getShort(0)).isEqualTo((short) 0x3f80);
    assertThat(value.bytes().getShort(2)).isEqualTo((short) 0xc000);
  }

  @Test
  void textsAreRead() {
    TensorProto.Builder proto =
        proto(DataType.DT_STRING, 3).addStringVal(ByteString.copyFromUtf8("größe"));
    assertThat(new ConstantReader().read("c", proto.build()))
        .contains(new Attr.Strings(java.util.List.of("größe", "größe", "größe")));
  }

  @Test
  void contentOfAnotherLengthIsDamage() {
    TensorProto proto =
        proto(DataType.DT_FLOAT, 2).setTensorContent(ByteString.copyFrom(new byte[4])).build();
    assertThatThrownBy(() -> new ConstantReader().read("c", proto))
        .isInstanceOf(DamagedFile.class)
        .hasMessage("constant \"c\" holds 4 bytes, expected 8 for float32[2]");
  }

  @Test
  void aShapeThatNoMemoryHoldsIsDamage() {
    TensorProto proto = proto(DataType.DT_FLOAT, 1L << 40, 1L << 40).addFloatVal(1).build();
    assertThatThrownBy(() -> new ConstantReader().read("c", proto)).isInstanceOf(DamagedFile.class);
  }

  private static TensorProto.Builder proto(DataType dtype, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDimBuilder().setSize(dim);
    }
    return TensorProto.newBuilder().setDtype(dtype).setTensorShape(shape);
  }

  private static TensorValue value(TensorProto.Builder proto) {
    return ((Attr.Tensor) new ConstantReader().read("c", proto.build()).orElseThrow()).value();
  }
}
