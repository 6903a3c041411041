package io.github.tf2torch.read.torch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/** JSON as PyTorch's formats have it: UTF-8 whatever it begins with, and no name twice. */
final class StrictJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private StrictJson() {}

  /**
   * A parser that throws a {@link java.nio.charset.CharacterCodingException} for what is no UTF-8.
   */
  static JsonParser parser(byte[] utf8) throws IOException {
    Reader reader =
        new InputStreamReader(new ByteArrayInputStream(utf8), StandardCharsets.UTF_8.newDecoder());
    return FACTORY.createParser(reader);
  }
}
