package io.github.tf2torch.convert;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * {@code strings.json}: variables of strings, {@code {name: {shape, encoding, values}}}, with the
 * {@code key} in the source where that is another. The values are row-major; a variable that holds
 * what is no UTF-8 is written in base64, and says so.
 */
final class StringsFile {
  static final String NAME = "strings.json";

  private StringsFile() {}

  static void write(List<Variable> variables, TensorSource source, Path file) throws IOException {
    try (JsonGenerator json =
        new JsonFactory()
            .createGenerator(file.toFile(), JsonEncoding.UTF8)
            .setPrettyPrinter(new DefaultPrettyPrinter())) {
      json.writeStartObject();
      for (Variable variable : variables) {
        json.writeObjectFieldStart(variable.name());
        if (!variable.key().equals(variable.name())) {
          json.writeStringField("key", variable.key());
        }
        json.writeArrayFieldStart("shape");
        for (long dim : variable.shape().dims()) {
          json.writeNumber(dim);
        }
        json.writeEndArray();
        values(json, source.strings(variable.name()));
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void values(JsonGenerator json, List<byte[]> elements) throws IOException {
    Optional<List<String>> texts = texts(elements);
    json.writeStringField("encoding", texts.isPresent() ? "utf-8" : "base64");
    json.writeArrayFieldStart("values");
    for (String text : texts.orElseGet(() -> base64(elements))) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static Optional<List<String>> texts(List<byte[]> elements) {
    List<String> texts = new ArrayList<>();
    try {
      for (byte[] element : elements) {
        texts.add(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(element)).toString());
      }
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
    return Optional.of(texts);
  }

  private static List<String> base64(List<byte[]> elements) {
    return elements.stream().map(Base64.getEncoder()::encodeToString).toList();
  }
}
