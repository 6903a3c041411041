package io.github.tf2torch.verify.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.check.Verification;
import io.github.tf2torch.verify.engine.Gradients;
import io.github.tf2torch.verify.engine.ParameterGradients;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.gradients.OutputWeights;
import io.github.tf2torch.verify.inputs.NpyFile;
import io.github.tf2torch.verify.opening.Opening;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which outputs are differentiated, and by what: the first heading of the post. */
class GradOutputsTest {
  private static final Path SOURCE = Path.of("src/test/resources/engine/column.pb");
  private static final Map<String, TensorValue> RECORDED =
      NpyFile.readAll(Path.of("src/test/resources/engine/column.npz"));

  @TempDir Path folder;
  private Path out;

  @BeforeEach
  void port() throws IOException {
    out = folder.resolve("out");
    try (Source opened = Source.open(SOURCE)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    }
  }

  private VerifyRequest request(List<String> outputs, boolean isOnes) throws IOException {
    Path logits = folder.resolve("inputs.npz");
    if (!Files.exists(logits)) {
      Files.copy(SOURCE.resolveSibling("column.npz"), logits);
    }
    return VerifyRequest.of(
            SOURCE, out, InputChoice.drawn(1, 4, 8).withFile(logits), Set.of("gradients"))
        .withGradOutputs(new GradOutputs(outputs, isOnes));
  }

  @Test
  void ofOneColumnIsWhatTapeAndAutogradGave() throws IOException {
    VerifyRequest request = request(List.of("f[:, 0]"), true);
    try (Subject whole = Opening.of(request);
        Engines engines =
            new Engines(whole.withOutputs(request.gradOutputs().of(whole.torch().outputs())))) {
      Subject subject = whole.withOutputs(request.gradOutputs().of(whole.torch().outputs()));
      Endpoint logits = new Endpoint("logits", 0);
      try (TensorFlowEngine tensorflow = engines.differentiable(Precision.FLOAT32)) {
        OutputWeights ones =
            OutputWeights.draw(subject, tensorflow, engines.feeds(), request.gradOutputs());
        try (Gradients tf =
                tensorflow.gradients(engines.feeds(), ones.byEndpoint(), List.of(logits));
            ParameterGradients torch =
                engines.torchGradients(DType.FLOAT32, ones.asHeld(subject))) {
          // other versions and kernels of both than those that were recorded
          assertThat(tf.of(logits).orElseThrow().copy().doubles())
              .containsExactly(RECORDED.get("tensorflow").doubles(), within(5e-8));
          assertThat(torch.inputs().get(0).orElseThrow().copy().doubles())
              .containsExactly(RECORDED.get("pytorch").doubles(), within(5e-8));
        }
      }
    }
    Report report = Verification.run(request, Progress.silent());
    assertThat(report.verdict()).as(report.summary()).isNotEqualTo(Verdict.DIFFER);
    assertThat(report.checks().get(0).verdict()).isEqualTo(Verdict.MATCH);
    assertThat(report.settings()).containsEntry("grad_outputs", "ones for f[:,0]");
    assertThat(report.command()).contains("--outputs 'f[:,0]' --grad-outputs ones");
  }

  /** Each row of a softmax sums to 1, whatever goes in. */
  @Test
  void ofOnesBehindASoftmaxVanish() throws IOException {
    CheckResult check =
        Verification.run(request(List.of("f"), true), Progress.silent()).checks().get(0);
    assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.NOT_CHECKED);
    assertThat(check.reason()).isEqualTo("every gradient vanishes");
    CheckResult other =
        Verification.run(request(List.of("g"), true), Progress.silent()).checks().get(0);
    assertThat(other.tensors()).extracting(TensorResult::verdict).containsOnly(Verdict.MATCH);
  }

  @Test
  void outputsThatThereAreAreNamedWhereOneIsNot() throws IOException {
    VerifyRequest request = request(List.of("h"), false);
    assertThatThrownBy(() -> Verification.run(request, Progress.silent()))
        .isInstanceOf(BadRequest.class)
        .hasMessage("--outputs h: the model's outputs are [f, g]");
    VerifyRequest column = request(List.of("f[:,5]"), false);
    assertThatThrownBy(() -> Verification.run(column, Progress.silent()))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("of shape [4, 5]");
  }
}
