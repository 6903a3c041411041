package io.github.tf2torch.read.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files and {@code expected.json} were written by torch 2.13: {@code make_torch_files.py}. */
class TorchFilesTest {
  @TempDir Path folder;

  static Path resource(String name) throws URISyntaxException {
    return Path.of(TorchFilesTest.class.getResource("/torch/" + name).toURI());
  }

  private static TensorFile open(Path path) throws IOException {
    return TorchFiles.open(path).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "state_dict.pt",
        "protocol4.pt",
        "legacy.pth",
        "without_checksums.pt",
        "dtypes.pt",
        "dtypes.safetensors",
        "views.pt",
        "training.pt",
        "scripted.pt",
        "big_endian.pt",
        "sharded",
      })
  void everyTensorHasTheBytesThatTorchReads(String name) throws Exception {
    JsonNode expected = new ObjectMapper().readTree(resource("expected.json").toFile()).get(name);
    try (TensorFile file = open(resource(name))) {
      Map<String, Variable> byName = new TreeMap<>();
      for (Variable variable : file.variables()) {
        byName.put(variable.name(), variable);
        variable.aliases().forEach(a -> byName.put(a, variable));
      }
      List<String> names = new ArrayList<>();
      expected.fieldNames().forEachRemaining(names::add);
      assertThat(byName.keySet()).isEqualTo(new TreeSet<>(names));
      for (String tensor : names) {
        Variable variable = byName.get(tensor);
        JsonNode wanted = expected.get(tensor);
        assertThat(variable.dtype().torchName()).as(tensor).isEqualTo(wanted.get("dtype").asText());
        assertThat(variable.shape().toString())
            .as(tensor)
            .isEqualTo(wanted.get("shape").toString().replace(",", ", "));
        assertThat(hex(file, variable, 0, variable.bytes()))
            .as(tensor)
            .isEqualTo(wanted.get("bytes").asText());
      }
    }
  }

  @Test
  void anyRangeOfAViewIsRead() throws Exception {
    try (TensorFile file = open(resource("views.pt"))) {
      for (Variable v : file.variables()) {
        String whole = hex(file, v, 0, v.bytes());
        for (long from = 0; from < v.bytes(); from += 3) {
          long to = Math.min(v.bytes(), from + 7);
          assertThat(hex(file, v, from, to))
              .as("%s %d to %d", v.name(), from, to)
              .isEqualTo(whole.substring((int) from * 2, (int) to * 2));
        }
      }
    }
  }

  @Test
  void aTiedTensorIsOneVariableWithAnAlias() throws Exception {
    try (TensorFile file = open(resource("state_dict.pt"))) {
      Variable weight =
          file.variables().stream().filter(v -> v.name().equals("fc.weight")).findFirst().get();
      assertThat(weight.aliases()).containsExactly("tied.weight");
    }
  }

  @Test
  void weightsOfATrainingCheckpointAreNamedAsInTheModel() throws Exception {
    try (TensorFile file = open(resource("training.pt"))) {
      assertThat(file.variables())
          .anySatisfy(
              v -> {
                assertThat(v.name()).isEqualTo("conv.weight");
                assertThat(v.key()).isEqualTo("model.conv.weight");
                assertThat(v.role().jsonName()).isEqualTo("weight");
              })
          .anySatisfy(
              v -> {
                assertThat(v.name()).isEqualTo("optimizer.state.4.exp_avg");
                assertThat(v.role().jsonName()).isEqualTo("slot");
              });
    }
  }

  @Test
  void whatCannotBeCheckedIsSaid() throws Exception {
    try (TensorFile file = open(resource("without_checksums.pt"))) {
      assertThat(file.problems()).singleElement().asString().contains("without checksums");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "whole_module.pt|refers to torch.nn.modules.linear.Linear; the file holds a whole module",
        "sparse.pt|refers to torch._utils._rebuild_sparse_tensor; such tensors",
        "conjugated.pt|conj bit",
      })
  void whatIsNotReadIsRefusedByName(String name, String message) {
    assertThatThrownBy(() -> open(resource(name)))
        .isInstanceOf(UnsupportedFile.class)
        .hasMessageContaining(name + ": data.pkl @ 0x")
        .hasMessageContaining(message);
  }

  @Test
  void aChangedByteOfATensorIsFound() throws Exception {
    byte[] bytes = Files.readAllBytes(resource("state_dict.pt"));
    byte[] data = new byte[8];
    try (TensorFile file = open(resource("state_dict.pt"))) {
      file.tensors().read("conv.weight", 8, ByteBuffer.wrap(data));
    }
    int at =
        new String(bytes, StandardCharsets.ISO_8859_1)
            .indexOf(new String(data, StandardCharsets.ISO_8859_1));
    bytes[at] ^= 1;
    Path damaged = Files.write(folder.resolve("damaged.pt"), bytes);
    try (TensorFile file = open(damaged)) {
      assertThatThrownBy(() -> file.tensors().read("conv.weight", 0, ByteBuffer.allocate(4)))
          .isInstanceOf(DamagedFile.class)
          .hasMessageContaining("data/0\": entry checksum is 0x");
    }
  }

  @Test
  void everyTruncationIsDamage() throws Exception {
    for (String name : List.of("state_dict.pt", "legacy.pth", "dtypes.safetensors")) {
      byte[] bytes = Files.readAllBytes(resource(name));
      for (int length = 0; length < bytes.length; length += 13) {
        Path cut = Files.write(folder.resolve(name), java.util.Arrays.copyOf(bytes, length));
        assertThatThrownBy(() -> open(cut))
            .as("%s cut to %d", name, length)
            .isInstanceOf(Problem.class);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model.pt|version https://git-lfs.github.com/spec/v1 oid sha256:0|Git LFS pointer",
        "model.safetensors|version https://git-lfs.github.com/spec/v1 oid|Git LFS pointer",
        "model.pth|<!DOCTYPE html><html>|is a web page",
        "model.safetensors|<html>|is a web page",
        "model.pt|''|is an empty file",
        "model.pt|PK\u0003\u0004 and no directory at the end of it all|truncated",
        "pytorch_model.bin|some text|neither a zip archive nor a pickle",
      })
  void whatIsSomethingElseIsNamed(String name, String content, String message) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content, StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining(name)
        .hasMessageContaining(message);
  }

  private static String hex(TensorFile file, Variable variable, long from, long to)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) (to - from));
    file.tensors().read(variable.name(), from, bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    return HexFormat.of().formatHex(bytes.array());
  }
}
