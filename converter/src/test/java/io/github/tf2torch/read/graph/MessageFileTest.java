package io.github.tf2torch.read.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

class MessageFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"dtypes.pb", "functions.pb", "loop.pb", "net.pb", "no_inputs.pb"})
  void aGraphIsTheSameWhereverItsFieldsAreLeft(String name) throws IOException {
    Path path = FrozenGraphTest.fixture(name);
    GraphDef expected = GraphDef.parseFrom(Files.readAllBytes(path));
    for (int fieldBytes : new int[] {1, 2, 3, 5, 8, 21, 100, 1000, 10_000}) {
      assertThat(read(path, expected, fieldBytes)).isEqualTo(expected);
    }
  }

  @Test
  void aSavedModelIsTheSameWhereverItsFieldsAreLeft() throws IOException {
    Path path = SavedModelTest.fixture("branches/saved_model.pb");
    SavedModel expected = SavedModel.parseFrom(Files.readAllBytes(path));
    for (int fieldBytes : new int[] {1, 9, 64, 1000}) {
      assertThat(read(path, expected, fieldBytes)).isEqualTo(expected);
    }
  }

  @Test
  void bytesThatTheLibraryRefusesAreRefusedAndOthersReadAlike() throws IOException {
    byte[] whole = Files.readAllBytes(FrozenGraphTest.fixture("loop.pb"));
    long seed = 7;
    Random random = new Random(seed);
    int read = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = whole.clone();
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Path path = Files.write(folder.resolve("x.pb"), bytes);
      GraphDef expected;
      try {
        expected = GraphDef.parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        assertThatThrownBy(() -> read(path, GraphDef.getDefaultInstance(), 4))
            .as("seed %d, change %d", seed, i)
            .isInstanceOf(InvalidProtocolBufferException.class)
            .hasMessageStartingWith("at 0x");
        continue;
      }
      read++;
      try {
        assertThat(read(path, expected, 4)).as("seed %d, change %d", seed, i).isEqualTo(expected);
      } catch (InvalidProtocolBufferException group) {
        assertThat(group).hasMessageContaining("wire type 3");
      }
    }
    assertThat(read).isGreaterThan(500);
  }

  @Test
  void fieldsOfOneMessageThatStandApartAreMerged() throws IOException {
    byte[] half = GraphDef.newBuilder().setVersions(versions(21, 0)).build().toByteArray();
    byte[] rest = GraphDef.newBuilder().setVersions(versions(0, 12)).build().toByteArray();
    byte[] both = Arrays.copyOf(half, half.length + rest.length);
    System.arraycopy(rest, 0, both, half.length, rest.length);
    Path path = Files.write(folder.resolve("x.pb"), both);
    assertThat(((GraphDef) read(path, GraphDef.getDefaultInstance(), 1)).getVersions())
        .isEqualTo(versions(21, 12).build());
  }

  @Test
  void messagesMayNotBeNestedForEver() throws IOException {
    AttrValue value = AttrValue.newBuilder().setI(1).build();
    for (int i = 0; i < 300; i++) {
      NameAttrList function = NameAttrList.newBuilder().setName("f").putAttr("a", value).build();
      value = AttrValue.newBuilder().setFunc(function).build();
    }
    NodeDef node = NodeDef.newBuilder().setName("n").setOp("Op").putAttr("a", value).build();
    Path path = folder.resolve("x.pb");
    Files.write(path, GraphDef.newBuilder().addNode(node).build().toByteArray());
    for (long mapFrom : new long[] {0, 1 << 20}) {
      MessageFile.Limits limits = new MessageFile.Limits(mapFrom, 4);
      assertThatThrownBy(() -> MessageFile.read(path, GraphDef.getDefaultInstance(), limits))
          .isInstanceOf(InvalidProtocolBufferException.class)
          .hasMessageContaining("more than 100 messages nested");
    }
  }

  @Test
  void largeContentsAreNotOnTheHeap() throws IOException {
    NodeDef.Builder node = NodeDef.newBuilder().setName("c").setOp("Const");
    node.putAttr(
        "value",
        AttrValue.newBuilder()
            .setTensor(
                org.tensorflow.proto.TensorProto.newBuilder()
                    .setTensorContent(ByteString.copyFrom(new byte[100])))
            .build());
    Path path = folder.resolve("x.pb");
    Files.write(path, GraphDef.newBuilder().addNode(node).build().toByteArray());
    GraphDef graph = (GraphDef) read(path, GraphDef.getDefaultInstance(), 64);
    ByteString content = graph.getNode(0).getAttrOrThrow("value").getTensor().getTensorContent();
    assertThat(content.asReadOnlyByteBuffer().isDirect()).isTrue();
  }

  private static Message read(Path path, Message kind, int fieldBytes) throws IOException {
    return MessageFile.read(path, kind, new MessageFile.Limits(0, fieldBytes));
  }

  private static org.tensorflow.proto.VersionDef.Builder versions(int producer, int consumer) {
    return org.tensorflow.proto.VersionDef.newBuilder()
        .setProducer(producer)
        .setMinConsumer(consumer);
  }
}
