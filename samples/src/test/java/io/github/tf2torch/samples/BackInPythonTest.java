package io.github.tf2torch.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint of {@code convert --back}, read by TensorFlow beside the one it came from. */
class BackInPythonTest {
  @TempDir Path folder;

  @Test
  void theWayThereAndBackChangesNothing() throws Exception {
    check(List.of("convert", "mnist-cnn/saved_model"));
  }

  @Test
  void variablesAsTheyAreStoredComeBackToo() throws Exception {
    check(List.of("convert", "mnist-cnn/saved_model", "--raw"));
  }

  @Test
  void whatPyTorchTrainedArrivesUnderItsOldName() throws Exception {
    InteropScript.run(
        folder,
        "check_back_training.py",
        folder.resolve("work"),
        Path.of(System.getProperty("java.home"), "bin", "java"),
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName());
  }

  private void check(List<String> conversion) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path checkpoint = folder.resolve("back/model.ckpt");
    List<Object> words = new java.util.ArrayList<>(conversion);
    words.addAll(List.of("-o", out));
    assertThat(CommandRun.of(words.toArray()).status()).isZero();
    CommandRun back = CommandRun.of("convert", out, "--back", "-o", checkpoint, "--json");
    assertThat(back.status()).as(back.err()).isZero();
    Path account = Files.writeString(folder.resolve("back.json"), back.out());
    String log =
        InteropScript.run(
            folder,
            "check_back.py",
            checkpoint,
            "mnist-cnn/saved_model/variables/variables",
            account);
    assertThat(log).contains("14 variables are the same");
  }
}
