package io.github.tf2torch.read.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The files of {@code resources/keras}, whose scripts stand beside them. */
public final class KerasFixtures {
  private static final ObjectMapper JSON = new ObjectMapper();

  private KerasFixtures() {}

  /** Unpacks a file into a folder. */
  public static Path unpack(String name, Path folder) throws IOException {
    Path target = folder.resolve(name);
    try (InputStream in = new GZIPInputStream(resource(name + ".gz"))) {
      Files.copy(in, target);
    }
    return target;
  }

  /** What h5py and Keras say of each file. */
  public static JsonNode expected(String list) {
    try (InputStream in = resource(list)) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public static Stream<String> files(String list) {
    return Stream.of(expected(list).fieldNames())
        .flatMap(
            names -> {
              Stream.Builder<String> all = Stream.builder();
              names.forEachRemaining(all);
              return all.build();
            });
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        KerasFixtures.class.getResourceAsStream("/keras/" + name), "no fixture " + name);
  }

  /** By the key in the file: type, shape and the start of the bytes' SHA-256, as the lists do. */
  static Map<String, String> arrays(TfModel model) throws IOException {
    Map<String, String> arrays = new TreeMap<>();
    for (Variable variable : model.variables()) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(variable.bytes()));
      model.tensors().read(variable.name(), 0, bytes);
      arrays.put(
          variable.key(),
          "[\"%s\",%s,\"%s\"]"
              .formatted(
                  variable.dtype().torchName(),
                  variable.shape().toString().replace(" ", ""),
                  digest(bytes.array())));
    }
    return arrays;
  }

  static Map<String, String> expectedArrays(JsonNode file) {
    Map<String, String> arrays = new TreeMap<>();
    file.get("arrays")
        .fields()
        .forEachRemaining(e -> arrays.put(e.getKey(), e.getValue().toString()));
    return arrays;
  }

  /** The start of the SHA-256. */
  public static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
