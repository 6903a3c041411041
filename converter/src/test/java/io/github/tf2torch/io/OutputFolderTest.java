package io.github.tf2torch.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.problem.BadRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputFolderTest {
  private static final List<String> CHECKPOINT = List.of("m.data", "m.index");

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

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void writesWhereALinkLeads(boolean isThere) throws IOException {
    Path disk = Files.createDirectory(parent.resolve("disk"));
    Path link = Files.createSymbolicLink(parent.resolve("out"), Path.of("disk", "out"));
    if (isThere) {
      Files.createDirectory(disk.resolve("out"));
      Files.writeString(disk.resolve("out/conversion.json"), "old");
    }
    try (OutputFolder folder = OutputFolder.prepare(link, true)) {
      Files.writeString(folder.staging().resolve("conversion.json"), "new");
      folder.commit();
    }
    assertThat(link).isSymbolicLink();
    assertThat(disk.resolve("out/conversion.json")).hasContent("new");
    assertThat(names(parent)).containsExactlyInAnyOrder("out", "disk");
    assertThat(names(disk)).containsExactly("out");
  }

  @Test
  void refusesALinkThatLeadsToItself() throws IOException {
    Path link = Files.createSymbolicLink(parent.resolve("out"), Path.of("out"));
    assertThatThrownBy(() -> OutputFolder.prepare(link, true))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("leads to itself");
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
    Files.createDirectory(parent.resolve(".out.new-1-2"));
    Files.createFile(parent.resolve(".out.lock"));
    try (OutputFolder folder = OutputFolder.prepare(parent.resolve("out"), true)) {
      assertThat(folder.messages())
          .hasSize(2)
          .anySatisfy(m -> assertThat(m).contains("restored"))
          .anySatisfy(m -> assertThat(m).contains("unfinished"));
    }
    assertThat(parent.resolve("out/conversion.json")).hasContent("old");
    assertThat(names(parent)).containsExactly("out");
  }

  @Test
  void leavesWhatIsNotItsOwnInTheFolderAround() throws IOException {
    List<String> others =
        List.of(".out.newer", ".outer.new-1-2", "out.new-1-2", ".out.new-1-2.lock");
    for (String other : others) {
      Files.createDirectory(parent.resolve(other));
    }
    OutputFolder.prepare(parent.resolve("out"), false).close();
    assertThat(names(parent)).containsExactlyInAnyOrderElementsOf(others);
  }

  @Test
  void letsOneRunAtATimeWriteAFolder() throws IOException {
    Path target = parent.resolve("out");
    try (OutputFolder first = OutputFolder.prepare(target, false)) {
      assertThatThrownBy(() -> OutputFolder.prepare(target, true))
          .isInstanceOf(BadRequest.class)
          .hasMessageContaining("another run is writing it");
      Files.writeString(first.staging().resolve("conversion.json"), "first");
      first.commit();
    }
    assertThat(target.resolve("conversion.json")).hasContent("first");
    assertThat(names(parent)).containsExactly("out");
  }

  @Test
  void takesBackTheFoldersItMadeAround() throws IOException {
    OutputFolder.prepare(parent.resolve("a/b/out"), false).close();
    assertThat(names(parent)).isEmpty();
  }

  @Test
  void putsNothingIntoPlaceOnceItWasDiscarded() throws IOException {
    OutputFolder folder = OutputFolder.prepare(parent.resolve("out"), false);
    folder.close();
    assertThatThrownBy(folder::commit).isInstanceOf(IOException.class);
    assertThat(names(parent)).isEmpty();
  }

  @Test
  void fillsAFolderThatCanNotBeRenamed() throws IOException {
    Path mount = Files.createDirectory(parent.resolve("mount"));
    Files.writeString(mount.resolve("conversion.json"), "old");
    Files.writeString(mount.resolve("model.pt"), "old");
    PlacingInside inside = PlacingInside.folder(mount, mount);
    Path staging = Files.createDirectory(mount.resolve(".tf2torch.new-1-2"));
    Files.writeString(staging.resolve("conversion.json"), "new");
    Files.writeString(staging.resolve("model.safetensors"), "new");
    assertThat(inside.entries(mount)).hasSize(2);
    inside.place(staging);
    assertThat(inside.entries(mount)).hasSize(2);
    assertThat(mount.resolve("conversion.json")).hasContent("new");
    assertThat(mount.resolve("model.safetensors")).hasContent("new");
    assertThat(inside.recover()).isEmpty();
  }

  @Test
  void emptiesAFolderWhoseFillingWasKilled() throws IOException {
    Path mount = Files.createDirectory(parent.resolve("mount"));
    Files.writeString(mount.resolve("model.pt"), "new");
    Files.writeString(parent.resolve("other"), "");
    Files.writeString(mount.resolve(".tf2torch.journal"), "model.pt\nconversion.json\n../other\n");
    assertThat(PlacingInside.folder(mount, mount).recover())
        .singleElement()
        .asString()
        .contains("emptied");
    assertThat(names(mount)).isEmpty();
    assertThat(names(parent)).containsExactlyInAnyOrder("mount", "other");
  }

  @Test
  void keepsAFolderWhoseFillingWasKilledAtTheVeryEnd() throws IOException {
    Path mount = Files.createDirectory(parent.resolve("mount"));
    Files.writeString(mount.resolve("model.pt"), "new");
    Files.writeString(mount.resolve("conversion.json"), "new");
    Files.writeString(mount.resolve(".tf2torch.journal"), "model.pt\nconversion.json\n");
    assertThat(PlacingInside.folder(mount, mount).recover()).isEmpty();
    assertThat(names(mount)).containsExactlyInAnyOrder("model.pt", "conversion.json");
  }

  @Test
  void putsFilesBesideThoseOfOthers() throws IOException {
    Files.writeString(parent.resolve("other"), "");
    try (OutputFolder folder = OutputFolder.prepareFiles(parent.resolve("m"), CHECKPOINT)) {
      Files.writeString(folder.staging().resolve("m.data"), "new");
      Files.writeString(folder.staging().resolve("m.index"), "new");
      folder.commit();
    }
    assertThat(names(parent)).containsExactlyInAnyOrder("other", "m.data", "m.index");
    assertThatThrownBy(() -> OutputFolder.prepareFiles(parent.resolve("m"), CHECKPOINT))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("m.data: is there already");
  }

  @Test
  void removesFilesWhosePlacingWasKilled() throws IOException {
    Files.writeString(parent.resolve("other"), "");
    Files.writeString(parent.resolve("m.data"), "new");
    Files.writeString(parent.resolve(".m.journal"), "m.data\nm.index\n");
    Files.createDirectory(parent.resolve(".m.new-1-2"));
    try (OutputFolder folder = OutputFolder.prepareFiles(parent.resolve("m"), CHECKPOINT)) {
      assertThat(folder.messages()).anySatisfy(m -> assertThat(m).contains("removed, since"));
    }
    assertThat(names(parent)).containsExactly("other");
  }

  private static Stream<String> names(Path folder) throws IOException {
    return Files.list(folder).map(f -> f.getFileName().toString());
  }
}
