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

  static ZipInputStream open() {
    InputStream stream = TrainedSources.class.getResourceAsStream("/optimizer/trained.zip");
    return new ZipInputStream(Objects.requireNonNull(stream));
  }

  /** Unpacks the sources, and gives what is told of them. */
  static JsonNode read(Path into) throws IOException {
    JsonNode told = new ObjectMapper().createObjectNode();
    try (ZipInputStream zip = open()) {
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
