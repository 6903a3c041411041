package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.diff.Diff;
import io.github.tf2torch.diff.DiffReport;
import io.github.tf2torch.diff.TensorDifference.Verdict;
import io.github.tf2torch.diff.Tolerance;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.UnmappedVariable;
import io.github.tf2torch.read.keras.KerasFixtures;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.write.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackConversionTest {
  @TempDir Path folder;

  private static Path resource(String name) throws Exception {
    return Path.of(BackConversionTest.class.getResource("/" + name).toURI());
  }

  private Path convert(Path source) throws IOException {
    try (Source opened = Source.open(source)) {
      Converter.convert(
          opened, folder.resolve("out"), ConvertOptions.defaults(), Progress.silent());
    }
    return folder.resolve("out");
  }

  private BackConversion back(Path from) throws IOException {
    return BackConversion.write(from, folder.resolve("back/model.ckpt"), Progress.silent());
  }

  /** All that is in both has to be the same, and nothing be in the new one alone. */
  private DiffReport compare(Path source) throws IOException {
    try (TensorFile before = TensorFiles.open(source);
        TensorFile after = TensorFiles.open(folder.resolve("back/model.ckpt"))) {
      return Diff.of(before, after, Pattern.compile(""), Tolerance.none(), (done, all) -> {});
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "checkpoint/v2",
        "checkpoint/v1",
        "checkpoint/partitioned",
        "metagraph/adam/model.ckpt.meta",
      })
  void whatWasConvertedComesBackToTheBit(String source) throws Exception {
    BackConversion back = back(convert(resource(source)));
    DiffReport report = compare(resource(source));
    assertThat(report.count(Verdict.SAME)).isEqualTo(back.variables().size()).isPositive();
    assertThat(report.tensors())
        .as("the rest is left out and named")
        .hasSize(back.variables().size() + back.left().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkpoint/v1", "checkpoint/dtypes", "checkpoint/v2"})
  void whatWasWrittenAsStoredComesBackInItsType(String source) throws Exception {
    RawConversion.write(
        resource(source),
        folder.resolve("out"),
        new RawOptions(ReadOptions.defaults(), Pattern.compile(""), false),
        Progress.silent());
    BackConversion back = back(folder.resolve("out"));
    DiffReport report = compare(resource(source));
    assertThat(report.tensors().size() - report.count(Verdict.SAME))
        .as("complex128 has no place in safetensors")
        .isEqualTo(back.left().size())
        .isEqualTo(source.endsWith("dtypes") ? 1 : 0);
  }

  @Test
  void slotsComeBackWithTheirVariables() throws Exception {
    Path source = KerasFixtures.unpack("optimizer_adam.keras", folder);
    BackConversion back = back(convert(source));
    assertThat(back.from()).extracting(p -> p.getFileName().toString()).contains("optimizer.pt");
    assertThat(compare(source).count(Verdict.SAME)).isEqualTo(back.variables().size());
    assertThat(back.variables())
        .filteredOn(v -> v.recipe().contains("optimizer/state."))
        .isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "adam, iteration learning_rate",
    "nadam, iteration learning_rate u_product",
    "sgd, iteration learning_rate"
  })
  void numbersThatNoTensorHoldsComeBackToo(String optimizer, String names) throws Exception {
    Path source = KerasFixtures.unpack("optimizer_" + optimizer + ".keras", folder);
    BackConversion back = back(convert(source));
    assertThat(back.variables())
        .filteredOn(v -> v.recipe().startsWith("fill["))
        .extracting(v -> v.name().substring(v.name().indexOf('/') + 1))
        .containsExactlyInAnyOrder(names.split(" "));
    assertThat(compare(source).count(Verdict.SAME)).isEqualTo(back.variables().size());
  }

  @Test
  void weightsThatPyTorchChangedTakeTheirOldPlaces() throws Exception {
    Path out = convert(resource("checkpoint/v2"));
    changed(out, "model.safetensors", 1);
    assertThatThrownBy(() -> back(out))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("model.pt is as it was written, model.safetensors is not");
    BackConversion back = back(out.resolve("model.safetensors"));
    DiffReport report = compare(resource("checkpoint/v2"));
    assertThat(back.variables()).isNotEmpty();
    assertThat(report.count(Verdict.SAME)).isLessThan(back.variables().size());
  }

  @Test
  void aTensorOfAnotherShapeIsRefusedByName() throws Exception {
    Path out = convert(resource("checkpoint/v2"));
    changed(out, "model.safetensors", 2);
    assertThatThrownBy(() -> back(out.resolve("model.safetensors")))
        .isInstanceOf(UnmappedVariable.class)
        .hasMessageContaining("there is no way back to these variables")
        .hasMessageContaining("it was written as");
    assertThat(folder.resolve("back")).doesNotExist();
  }

  /** Writes every tensor anew, full of ones, with so many times the elements of a vector. */
  private static void changed(Path out, String name, int times) throws IOException {
    List<TorchModel.Tensor> tensors = new ArrayList<>();
    try (TensorFile file = TensorFiles.open(out.resolve(name))) {
      file.variables()
          .forEach(
              v -> {
                Shape shape =
                    v.shape().rank() == 1 ? Shape.of(v.shape().dim(0) * times) : v.shape();
                tensors.add(
                    new TorchModel.Tensor(
                        v.name(),
                        TorchModel.Kind.PARAMETER,
                        new TensorExpr.Fill(v.dtype(), shape, 1)));
              });
    }
    Files.delete(out.resolve(name));
    SafetensorsWriter.write(tensors, (n, o, t) -> {}, Map.of(), out.resolve(name));
  }

  /** Each line spoils what {@code conversion.json} says, in a way that no conversion does. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          DamagedFile      | "tensors"              | "tensor"                  | lists no "tensors"
          DamagedFile      | "float32"              | "float9"                  | no type that is known
          DamagedFile      | [ 5, 3 ]               | [ -5, 3 ]                 | impossible shape [-5, 3]
          DamagedFile      | "name" : "dense/bias", | "name" : "a", "key" : "", | two variables ""
          UnmappedVariable | permute[1, 0]          | permute[1, 7]             | [1, 7] does not permute
          UnmappedVariable | permute[1, 0]          | slice[7, 0, 1]            | no tensor can be
          UnmappedVariable | permute[1, 0]          | reshape[9999999999, 9999999999] | no tensor can be
          UnmappedVariable | /kernel.permute[1, 0]" | "                         | "dense" is no variable
          BadRequest       | "variables" : [        | "variables" : [ ], "" : [ | nothing would be written
          """)
  void anAccountThatNoConversionWroteIsRefused(
      String problem, String found, String spoiled, String message) throws Exception {
    Path out = convert(resource("checkpoint/v2"));
    Path file = out.resolve("conversion.json");
    Files.writeString(file, Files.readString(file).replace(found, spoiled));
    assertThatThrownBy(() -> back(out))
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(problem));
    assertThat(folder.resolve("back")).doesNotExist();
  }

  @Test
  void stateOfParametersWithoutNamesIsRefused() throws Exception {
    Path out = convert(resource("checkpoint/v2"));
    Files.copy(
        resource("torch/training.pt"),
        out.resolve("optimizer.pt"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> back(out))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("optimizer.pt: does not say which parameters its state is of");
  }

  @Test
  void aConversionThatARunWasKilledAtReplacingIsPutBack() throws Exception {
    Path out = convert(resource("checkpoint/v2"));
    Files.move(out, folder.resolve(".out.old"));
    assertThat(back(out).notes()).anySatisfy(n -> assertThat(n).contains("out: restored"));
    assertThat(out).isDirectory();
  }

  @Test
  void aCheckpointThatIsThereIsNotTouched() throws Exception {
    Path out = convert(resource("checkpoint/v2"));
    back(out);
    byte[] before = Files.readAllBytes(folder.resolve("back/model.ckpt.index"));
    assertThatThrownBy(() -> back(out))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("is there already");
    assertThat(folder.resolve("back/model.ckpt.index")).hasBinaryContent(before);
    try (Stream<Path> files = Files.list(folder.resolve("back"))) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void aFolderThatNoConversionWroteIsRefused() {
    assertThatThrownBy(() -> back(folder))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("--back needs a folder that convert wrote");
  }
}
