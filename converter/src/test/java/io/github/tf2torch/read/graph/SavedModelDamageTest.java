package io.github.tf2torch.read.graph;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedModelDamageTest {
  @TempDir Path folder;

  @Test
  void aMissingPathIsSaidToBeMissing() {
    assertThatThrownBy(() -> SavedModel.open(folder.resolve("nowhere")))
        .isInstanceOf(DamagedFile.class)
        .hasMessageEndingWith("nowhere: there is no such file or folder");
  }

  @Test
  void aFolderOfSomethingElseIsNoSavedModel() throws IOException {
    Files.writeString(folder.resolve("model.h5"), "");
    assertThatThrownBy(() -> SavedModel.open(folder))
        .isInstanceOf(UnsupportedFile.class)
        .hasMessageContaining("is no SavedModel: a folder with saved_model.pb or");
  }

  @Test
  void aGitLfsPointerIsRecognised() throws IOException {
    write(
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"
            .getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> SavedModel.open(folder))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining("is a Git LFS pointer")
        .hasMessageContaining("git lfs pull");
  }

  @Test
  void aTruncatedGraphIsDamaged() throws IOException {
    byte[] whole = Files.readAllBytes(SavedModelTest.fixture("twins/saved_model.pb"));
    write(Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> SavedModel.open(folder))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining(
            "saved_model.pb: 7302 bytes that are no SavedModel "
                + "message (at 0x2: a field of 14599 bytes where 7297 are left)");
  }

  @Test
  void anEmptyFileIsSaidToBeEmpty() throws IOException {
    write(new byte[0]);
    assertThatThrownBy(() -> SavedModel.open(folder))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining("saved_model.pb: is an empty file; the download or copy failed");
  }

  @Test
  void aModelWithoutGraphsHoldsNone() throws IOException {
    write(new byte[] {8, 1});
    assertThatThrownBy(() -> SavedModel.open(folder))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining("holds no graph");
  }

  @Test
  void aGraphWithoutItsVariablesSaysWhereTheyShouldBe() throws IOException {
    write(Files.readAllBytes(SavedModelTest.fixture("twins/saved_model.pb")));
    try (SavedModel file = SavedModel.open(folder)) {
      assertThatThrownBy(() -> file.model(Optional.empty()))
          .isInstanceOf(DamagedFile.class)
          .hasMessageContaining("variables.index is not there")
          .hasMessageContaining("the graph's 2 variables, such as \"Variable_1\"; copy the folder");
    }
  }

  private void write(byte[] bytes) throws IOException {
    Files.write(folder.resolve("saved_model.pb"), bytes);
  }
}
