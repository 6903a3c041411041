package io.github.tf2torch.read.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An index that says what its files don't. */
class ShardedFileTest {
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";

  @TempDir Path folder;

  @BeforeEach
  void copyShards() throws Exception {
    for (String name : new String[] {FIRST, SECOND}) {
      Files.copy(TorchFilesTest.resource("sharded/" + name), folder.resolve(name));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'weight_map':{'a':'1','b':'2'}}|\"c\" is in "
            + SECOND
            + ", but the index does not say so",
        "{'weight_map':{'a':'2','b':'2','c':'2'}}|says that \"a\" is in " + SECOND,
        "{'weight_map':{'a':'1','b':'2','c':'2','d':'2'}}|says that \"d\" is in " + SECOND,
        "{'weight_map':{'a':'../x.safetensors'}}|expected one beside it",
        "{'weight_map':{'a':'/etc/passwd'}}|expected one beside it",
        "{'weight_map':{'a':'..'}}|expected one beside it",
        "{'weight_map':{'a':'missing.safetensors'}}|no such file",
        "{'weight_map':{'a':'1','a':'2'}}|Duplicate",
        "{'weight_map':{'a':1}}|names of files",
        "{'weight_map':{}}|a weight_map with tensors",
        "{'weight_map':[]}|weight_map as an object",
        "{}|a weight_map with tensors",
        "[]|an object",
        "{'weight_map'|does not parse",
      })
  void anIndexThatLiesIsRefused(String json, String message) throws IOException {
    Path index = write(json);
    assertThatThrownBy(() -> TorchFiles.open(index))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(message);
  }

  @Test
  void tensorsComeInTheOrderOfTheFiles() throws IOException {
    Path index = write("{'weight_map':{'c':'2','b':'2','a':'1'}}");
    try (TensorFile file = TorchFiles.open(index).orElseThrow()) {
      assertThat(file.variables()).extracting(v -> v.name()).containsExactly("a", "b", "c");
      assertThat(file.provenance().format()).isEqualTo("safetensors in 2 files");
    }
  }

  private Path write(String json) throws IOException {
    String text =
        json.replace("'1'", "'" + FIRST + "'")
            .replace("'2'", "'" + SECOND + "'")
            .replace('\'', '"');
    return Files.writeString(folder.resolve("model.safetensors.index.json"), text);
  }
}
