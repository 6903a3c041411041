package io.github.tf2torch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read and written is the same wherever a user lives. */
class LocaleTest {
  private static final String MODEL = "src/test/resources/contract/net.keras";
  private static final String CHECKPOINT = "../samples/mnist-cnn/saved_model";

  private final Locale before = Locale.getDefault();
  @TempDir Path temp;

  @AfterEach
  void back() {
    Locale.setDefault(before);
  }

  /** Arabic digits, dotless i, decimal comma. */
  @ParameterizedTest
  @CsvSource({"ar-EG", "tr-TR", "de-DE"})
  void filesAreTheSameInEveryLocale(String locale) throws IOException {
    for (String source : new String[] {MODEL, CHECKPOINT}) {
      SortedMap<String, String> expected = converted(source, Locale.ROOT);
      SortedMap<String, String> found = converted(source, Locale.forLanguageTag(locale));
      assertThat(found).isEqualTo(expected);
    }
  }

  private SortedMap<String, String> converted(String source, Locale locale) throws IOException {
    Locale.setDefault(locale);
    Path out = Files.createTempDirectory(temp, "out").resolve("port");
    assertThat(Main.commandLine().execute("convert", source, "-o", out.toString())).isZero();
    SortedMap<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(out)) {
      for (Path file : all.toList()) {
        files.put(file.getFileName().toString(), content(file));
      }
    }
    return files;
  }

  private static String content(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    return file.toString().endsWith(".py") || file.toString().endsWith(".json")
        ? new String(bytes, StandardCharsets.UTF_8)
        : Arrays.hashCode(bytes) + " of " + bytes.length;
  }
}
