package io.github.tf2torch.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.problem.BadRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {
  @TempDir Path parent;

  @Test
  void appearsWholeWhenCommitted() throws IOException {
    Path target = parent.resolve("out");
    try (OutputFolder folder = OutputFolder.prepare(target, false)) {
      Files.writeString(folder.staging().resolve("conversion.json"), "{}");
      assertThat(target).doesNotExist();
      folder.commit();
    }
    assertThat(names(parent)).containsExactly("out");
    assertThat(names(target)).containsExactly("conversion.json");
  }

  @Test
  void leavesNothingWhenNotCommitted() throws IOException {
    try (OutputFolder folder = OutputFolder.prepare(parent.resolve("out"), false)) {
      Files.writeString(folder.staging().resolve("model.pt"), "half");
    }
    assertThat(names(parent)).isEmpty();
  }

  @Test
  void takesAnEmptyFolder() throws IOException {
    Path target = Files.createDirectory(parent.resolve("out"));
    try (OutputFolder folder = OutputFolder.prepare(target, false)) {
      Files.writeString(folder.staging().resolve("a"), "");
      folder.commit();
    }
    assertThat(names(target)).containsExactly("a");
  }

  @Test
  void refusesAFolderOfOthersEvenToOverwrite() throws IOException {
    Files.writeString(parent.resolve("thesis.tex"), "");
    assertThatThrownBy(() -> OutputFolder.prepare(parent, true))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("not empty");
    assertThat(names(parent)).containsExactly("thesis.tex");
  }

  @Test
  void refusesAnEarlierConversionUnlessToldToOverwrite() throws IOException {
    Path target = Files.createDirectory(parent.resolve("out"));
    Files.writeString(target.resolve("conversion.json"), "old");
    assertThatThrownBy(() -> OutputFolder.prepare(target, false))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("--overwrite");
    try (OutputFolder folder = OutputFolder.prepare(target, true)) {
      Files.writeString(folder.staging().resolve("conversion.json"), "new");
      assertThat(target.resolve("conversion.json")).hasContent("old");
      folder.commit();
    }
    assertThat(target.resolve("conversion.json")).hasContent("new");
    assertThat(names(parent)).containsExactly("out");
  }

  @Test
  void restoresWhatAKilledReplacementSetAside() throws IOException {
    Path old = Files.createDirectory(parent.resolve(".out.old"));
    Files.writeString(old.resolve("conversion.json"), "old");
    Files.createDirectory(parent.resolve(".out.new"));
    assertThatThrownBy(() -> OutputFolder.prepare(parent.resolve("out"), false))
        .isInstanceOf(BadRequest.class);
    assertThat(parent.resolve("out/conversion.json")).hasContent("old");
    try (OutputFolder folder = OutputFolder.prepare(parent.resolve("out"), true)) {
      assertThat(folder.messages()).singleElement().asString().contains("unfinished");
    }
    assertThat(names(parent)).containsExactly("out");
  }

  private static Stream<String> names(Path folder) throws IOException {
    return Files.list(folder).map(f -> f.getFileName().toString());
  }
}
