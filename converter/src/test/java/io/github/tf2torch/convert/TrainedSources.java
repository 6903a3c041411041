package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** What TensorFlow 2.21 and Keras 3.15 saved after ten steps of each optimizer, and twenty. */
final class TrainedSources {
  private TrainedSources() {}

  /** Each optimizer as it is. */
  static ZipInputStream open() {
    return open("trained.zip");
  }

  private static ZipInputStream open(String name) {
    InputStream stream = TrainedSources.class.getResourceAsStream("/optimizer/" + name);
    return new ZipInputStream(Objects.requireNonNull(stream));
  }

  /** Unpacks the sources, and gives what is told of them. */
  static JsonNode read(Path into) throws IOException {
    return read("trained.zip", into);
  }

  /** The same of another file: {@code options.zip} has what goes around an optimizer's step. */
  static JsonNode read(String name, Path into) throws IOException {
    JsonNode told = new ObjectMapper().createObjectNode();
    try (ZipInputStream zip = open(name)) {
      for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        if (e.getName().equals("expected.json")) {
          told = new ObjectMapper().readTree(zip.readAllBytes());
        } else {
          Path file = into.resolve(e.getName());
          Files.createDirectories(file.getParent());
          Files.copy(zip, file);
        }
      }
    }
    return told;
  }
}
