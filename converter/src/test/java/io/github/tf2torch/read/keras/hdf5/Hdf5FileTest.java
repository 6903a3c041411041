package io.github.tf2torch.read.keras.hdf5;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.read.keras.KerasFixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files come from {@code keras/make_hdf5_files.py}, expected values too. */
class Hdf5FileTest {
  @TempDir Path folder;

  static Stream<String> files() {
    return KerasFixtures.files("expected_hdf5.json");
  }

  @ParameterizedTest
  @MethodSource("files")
  void arraysAreReadInEveryLayout(String name) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (SourceFile file = SourceFile.open(KerasFixtures.unpack(name, folder), "")) {
      arrays(Hdf5File.open(Region.of(file)).root(), found);
    }
    Map<String, String> expected = new TreeMap<>();
    JsonNode arrays = KerasFixtures.expected("expected_hdf5.json").get(name).get("arrays");
    arrays.fields().forEachRemaining(e -> expected.put(e.getKey(), e.getValue().toString()));
    assertThat(found).isEqualTo(expected);
  }

  private static void arrays(Group group, Map<String, String> found) throws IOException {
    for (String name : group.names()) {
      if (!group.isDataset(name)) {
        arrays(group.group(name).orElseThrow(), found);
        continue;
      }
      Dataset dataset = group.dataset(name).orElseThrow();
      ByteBuffer bytes = ByteBuffer.allocate((int) dataset.bytes());
      dataset.read(0, bytes);
      ByteBuffer pieces = ByteBuffer.allocate(bytes.capacity());
      for (int at = 0; at < pieces.capacity(); at += 37) {
        dataset.read(at, pieces.limit(Math.min(pieces.capacity(), at + 37)));
      }
      assertThat(pieces.array()).isEqualTo(bytes.array());
      String type =
          dataset.datatype() instanceof Datatype.Numeric n ? n.dtype().torchName() : "bfloat16";
      found.put(
          dataset.path(),
          "[\"%s\",%s,\"%s\"]"
              .formatted(
                  type,
                  dataset.shape().toString().replace(" ", ""),
                  KerasFixtures.digest(bytes.array())));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void textsOfAttributesAreReadWhereverTheyLie(String name) throws IOException {
    JsonNode expected = KerasFixtures.expected("expected_hdf5.json").get(name).get("attributes");
    try (SourceFile file = SourceFile.open(KerasFixtures.unpack(name, folder), "")) {
      Group root = Hdf5File.open(Region.of(file)).root();
      for (String path : List.of("attributes", "ordered")) {
        Map<String, Attribute> attributes = root.group(path).orElseThrow().attributes();
        for (Attribute attribute : attributes.values()) {
          List<String> texts = attribute.texts();
          String digest =
              KerasFixtures.digest(String.join("\0", texts).getBytes(StandardCharsets.UTF_8));
          JsonNode stored = expected.get(path + "@" + attribute.name());
          assertThat("[" + texts.size() + ",\"" + digest + "\"]").isEqualTo(stored.toString());
        }
        assertThat(attributes).hasSize(count(expected, path));
      }
    }
  }

  private static int count(JsonNode expected, String path) {
    int count = 0;
    for (var names = expected.fieldNames(); names.hasNext(); ) {
      count += names.next().startsWith(path + "@") ? 1 : 0;
    }
    return count;
  }
}
