package io.github.tf2torch.read.keras;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.problem.DamagedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a configuration as Python's {@code json} writes it: NaN and the infinities are numbers. The
 * marshalled code of a Lambda layer is text like any other; nothing is ever run.
 */
final class JsonConfig {
  /** Models nest a few levels; each takes some of JSON's. */
  private static final int MAX_DEPTH = 256;

  private static final int MAX_CHARACTERS = 1 << 28;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_CHARACTERS)
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private JsonConfig() {}

  /**
   * @param place what the text is, for messages: {@code model.h5: attribute "model_config"}
   */
  static Config parse(String text, String place) {
    try (JsonParser parser = JSON.createParser(text)) {
      JsonToken first = parser.nextToken();
      Config config = value(parser, first, place);
      if (parser.nextToken() != null) {
        throw damaged(place, "there is more after its end", null);
      }
      return config;
    } catch (JsonProcessingException e) {
      throw damaged(place, e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new AssertionError("a text is read without files", e);
    }
  }

  private static DamagedFile damaged(String place, String what, Exception cause) {
    return new DamagedFile(place + " is no JSON that can be read: " + what, cause);
  }

  private static Config value(JsonParser parser, JsonToken token, String place) throws IOException {
    if (token == null) {
      throw damaged(place, "it ends too early", null);
    }
    return switch (token) {
      case START_OBJECT -> fields(parser, place);
      case START_ARRAY -> items(parser, place);
      case VALUE_STRING -> new Config.Text(parser.getText());
      case VALUE_TRUE -> new Config.Bool(true);
      case VALUE_FALSE -> new Config.Bool(false);
      case VALUE_NULL -> new Config.Absent();
      case VALUE_NUMBER_FLOAT -> new Config.Real(parser.getDoubleValue());
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? new Config.Real(parser.getDoubleValue())
              : new Config.Whole(parser.getLongValue());
      case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw damaged(place, "found " + token, null);
    };
  }

  private static Config fields(JsonParser parser, String place) throws IOException {
    Map<String, Config> values = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      values.put(key, value(parser, parser.nextToken(), place));
    }
    return new Config.Fields(values);
  }

  private static Config items(JsonParser parser, String place) throws IOException {
    List<Config> values = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      values.add(value(parser, token, place));
    }
    return new Config.Items(values);
  }
}
