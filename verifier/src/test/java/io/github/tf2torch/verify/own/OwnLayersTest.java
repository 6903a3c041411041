package io.github.tf2torch.verify.own;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.verify.check.Verification;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.OwnTorch;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Single faults in a model that somebody wrote in PyTorch ({@code own/make_own.py}). */
class OwnLayersTest {
  private static final Path FILES = Path.of("src/test/resources/own");

  @TempDir Path folder;

  private CheckResult layers(Path archive) throws IOException {
    OwnTorch own = new OwnTorch(archive, Optional.empty(), Optional.empty(), Optional.empty());
    VerifyRequest request =
        VerifyRequest.of(
                FILES.resolve("net.keras"), folder, InputChoice.drawn(1, 2, 5), Set.of("layers"))
            .withOwn(own);
    Report report = Verification.run(request, Progress.silent());
    return report.checks().get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"scripted.pt", "traced.pt"})
  void everyLayerWithWeightsIsFoundAndAgrees(String archive) throws IOException {
    CheckResult result = layers(FILES.resolve(archive));
    assertThat(result.verdict()).as(result.reason()).isEqualTo(Verdict.MATCH);
    assertThat(result.reason()).doesNotContain("not found");
    assertThat(result.tensors().stream().map(t -> t.name()))
        .contains("stem", "norm", "middle", "last", "hidden", "layer_norm", "square", "head");
    assertThat(result.largestError64()).isLessThan(1e-13);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "flatten.pt, hidden, hidden.weight reads a flattened image in another order of axes",
    "transposed.pt, square, square.weight is transposed",
    "exchanged.pt, middle, middle.weight holds what last.weight has to hold",
    "activation.pt, middle, relu is missing behind it",
  })
  void aFaultOfWeightsOrCallsIsNamedAtItsLayer(String archive, String layer, String cause)
      throws IOException {
    named(layers(FILES.resolve(archive)), layer, cause);
  }

  @ParameterizedTest(name = "{0}: {1} for {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "traced | False, 0.10000000000000001, 0.001, | False, 0.1, 1.0e-05, | norm"
            + " | epsilon 0.001 in TensorFlow, 1e-5 here",
        "scripted | 0.001 | 1e-05 | norm | epsilon 0.001 in TensorFlow, 1e-5 here",
        "traced | weight, bias, 0.001) | weight, bias) | layer_norm"
            + " | epsilon 0.001 in TensorFlow, PyTorch's default here",
        "traced | torch.pad(image, [1, 1, 1, 1]) | torch.pad(image, [0, 2, 0, 2]) | stem"
            + " | pads [1, 1, 1, 1]",
        "traced | leaky_relu(_0, 0.29999999999999999) | leaky_relu(_0, 0.2) | leaky"
            + " | slope of leaky_relu 0.3 in TensorFlow, 0.2 here",
        "traced | torch.gelu((hidden).forward(input2, ))"
            + " | torch.gelu((hidden).forward(input2, ), approximate=\"tanh\") | gelu"
            + " | GELU by erf in TensorFlow, by tanh here",
        "traced | torch.softmax((head).forward(_1, ), 1) | torch.softmax((head).forward(_1, ), 0)"
            + " | head | axis of softmax",
        "traced | torch.relu( | torch.tanh( | middle | tanh here, relu in TensorFlow",
      })
  void aFaultOfItsCodeIsNamedAtItsLayer(
      String archive, String right, String wrong, String layer, String cause) throws IOException {
    named(layers(planted(FILES.resolve(archive + ".pt"), right, wrong)), layer, cause);
  }

  @Test
  void codeThatDependsOnValuesIsNotChecked() throws IOException {
    CheckResult result =
        layers(
            planted(
                FILES.resolve("traced.pt"),
                "x = torch.avg_pool2d",
                "if bool(torch.gt(torch.sum(input1), 0)):\n      pass\n    else:\n      pass\n"
                    + "    x = torch.avg_pool2d"));
    assertThat(result.verdict()).isEqualTo(Verdict.NOT_CHECKED);
    assertThat(result.reason()).contains("a branch depends on the values of a tensor");
  }

  private static void named(CheckResult result, String layer, String cause) {
    assertThat(result.verdict()).as(result.reason()).isEqualTo(Verdict.DIFFER);
    String first = result.firstDifference().orElseThrow().name();
    assertThat(first.replaceAll(" \\(.*", "")).as(result.reason()).isEqualTo(layer);
    assertThat(result.reason()).contains(cause).contains("with that the difference vanishes");
  }

  /** The archive with another line of code; where its lines come from is another matter now. */
  private Path planted(Path archive, String right, String wrong) throws IOException {
    Path changed = folder.resolve("planted.pt");
    int found = 0;
    try (ZipFile zip = new ZipFile(archive.toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(changed))) {
      for (ZipEntry entry : zip.stream().toList()) {
        byte[] bytes = zip.getInputStream(entry).readAllBytes();
        if (entry.getName().endsWith(".debug_pkl")) {
          continue;
        }
        if (entry.getName().endsWith(".py")) {
          String code = new String(bytes, StandardCharsets.UTF_8);
          found += code.contains(right) ? 1 : 0;
          bytes = code.replace(right, wrong).getBytes(StandardCharsets.UTF_8);
        }
        CRC32 crc = new CRC32();
        crc.update(bytes);
        ZipEntry stored = new ZipEntry(entry.getName());
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(bytes.length);
        stored.setCrc(crc.getValue());
        out.putNextEntry(stored);
        out.write(bytes);
      }
    }
    assertThat(found).as("files with " + right).isPositive();
    return changed;
  }
}
