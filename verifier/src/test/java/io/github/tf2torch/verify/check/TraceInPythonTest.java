package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.OwnTorch;
import io.github.tf2torch.verify.subject.VerifyRequest;
import io.github.tf2torch.verify.trace.TraceScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The printed script, run beside real Keras and TensorFlow code, and the ports of the same models
 * held against what it recorded.
 */
class TraceInPythonTest {
  private static final String PYTHON = System.getenv().getOrDefault("TF2TORCH_PYTHON", "");
  private static final String[] CHECKS = {"weights", "outputs", "layers", "gradients", "training"};

  @TempDir static Path folder;

  @BeforeAll
  static void record() throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        !PYTHON.isEmpty(), "TF2TORCH_PYTHON names no interpreter: interop test skipped");
    for (TraceScript framework : TraceScript.values()) {
      Path script = folder.resolve("trace_" + framework.text() + ".py");
      Files.writeString(script, framework.print());
      Process process =
          new ProcessBuilder(
                  PYTHON,
                  "../interop/make_traces.py",
                  framework.text(),
                  script.toString(),
                  made(framework).toString())
              .inheritIO()
              .start();
      assertThat(process.waitFor()).as(framework.text()).isZero();
      try (Source source = open(framework)) {
        Converter.convert(
            source, made(framework).resolve("out"), ConvertOptions.defaults(), Progress.silent());
      }
    }
  }

  private static Path made(TraceScript framework) {
    return folder.resolve(framework.text());
  }

  private static Path source(TraceScript framework) {
    return made(framework)
        .resolve(framework == TraceScript.TF1 ? "model.ckpt.meta" : "saved_model");
  }

  private static Source open(TraceScript framework) throws IOException {
    ReadOptions ofGraph =
        new ReadOptions(
            Optional.empty(),
            Set.of(),
            OptionalLong.empty(),
            List.of(),
            List.of(new Endpoint("dense/y", 0)));
    return Source.open(
        source(framework), framework == TraceScript.TF1 ? ofGraph : ReadOptions.defaults());
  }

  private static VerifyRequest request(TraceScript framework) {
    return VerifyRequest.of(
        source(framework),
        made(framework).resolve("out"),
        InputChoice.drawn(1, 2, 64),
        Set.of(CHECKS));
  }

  private static Report verify(TraceScript framework, TraceScript traceOf) throws IOException {
    return Verification.run(
        request(framework).withTrace(made(traceOf).resolve("trace.safetensors")),
        Progress.silent());
  }

  @ParameterizedTest
  @EnumSource(TraceScript.class)
  void portAgreesWithTheTraceInEveryCheck(TraceScript framework) throws IOException {
    Report report = verify(framework, framework);
    assertThat(report.checks())
        .as(report.summary())
        .hasSize(CHECKS.length)
        .allMatch(c -> c.verdict() == Verdict.MATCH);
    // a graph's convolution before its bias is no tensor of the port
    int unknown = framework == TraceScript.TF1 ? 2 : 0;
    assertThat(
            report.checks().stream()
                .flatMap(c -> c.tensors().stream())
                .filter(t -> t.verdict() != Verdict.MATCH))
        .hasSize(unknown)
        .allMatch(t -> t.reason().equals("no tensor of the port is known to be the same"));
    assertThat(report.environment()).containsKey("trace framework");
    assertThat(report.command()).contains("--trace ").doesNotContain("--seed");
  }

  @Test
  void aLayerOfCustomCodeIsAmongThem() throws IOException {
    CheckResult layers = verify(TraceScript.KERAS, TraceScript.KERAS).checks().get(2);
    assertThat(layers.tensors().stream().map(TensorResult::source))
        .containsExactly(
            "conv", "bn", "act", "pool", "flat", "hidden", "gate/inner", "gate", "head");
  }

  @Test
  void aWeightThatWasChangedSinceIsFoundInEveryCheck() throws IOException {
    Path changed = folder.resolve("changed");
    try (Source source = open(TraceScript.TF2)) {
      Converter.convert(source, changed, ConvertOptions.defaults(), Progress.silent());
    }
    new Ported(changed).enlargeInSafetensors("second.weight");
    VerifyRequest request = request(TraceScript.TF2);
    Report report =
        Verification.run(
            VerifyRequest.of(request.source(), changed, InputChoice.drawn(1, 2, 64), Set.of(CHECKS))
                .withTrace(made(TraceScript.TF2).resolve("trace.safetensors")),
            Progress.silent());
    // the archive has weights of its own, but parts from the float64 of those that are changed
    assertThat(report.checks().stream().map(CheckResult::verdict))
        .containsExactly(
            Verdict.DIFFER, Verdict.DIFFER, Verdict.DIFFER, Verdict.DIFFER, Verdict.DIFFER);
  }

  /** What float16 rounds away is larger than what the checks ask. */
  @Test
  void aTraceInFloat16IsNoEvidence() throws IOException {
    Report report =
        Verification.run(
            request(TraceScript.KERAS)
                .withTrace(made(TraceScript.KERAS).resolve("half.safetensors")),
            Progress.silent());
    assertThat(report.verdict()).isEqualTo(Verdict.NOT_CHECKED);
    assertThat(report.checks().subList(1, CHECKS.length))
        .allMatch(c -> c.reason().contains("computes in float16"));
  }

  @Test
  void aTraceOfAnotherModelIsRefused() {
    assertThatThrownBy(() -> verify(TraceScript.KERAS, TraceScript.TF2))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("shape");
  }

  @Test
  void aModelOfOnesOwnIsHeldAgainstTheTrace() throws IOException {
    OwnTorch own =
        new OwnTorch(
            made(TraceScript.KERAS).resolve("out/model.torchscript.pt"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    Report report =
        Verification.run(
            request(TraceScript.KERAS)
                .withOwn(own)
                .withTrace(made(TraceScript.KERAS).resolve("trace.safetensors")),
            Progress.silent());
    assertThat(report.verdict()).as(report.summary()).isEqualTo(Verdict.MATCH);
    assertThat(report.checks().stream().map(CheckResult::verdict))
        .containsExactly(
            Verdict.MATCH, Verdict.MATCH, Verdict.NOT_CHECKED, Verdict.MATCH, Verdict.NOT_CHECKED);
  }

  @Test
  void safetensorsThatAreNoTraceAreRefused() {
    VerifyRequest request =
        request(TraceScript.TF2).withTrace(made(TraceScript.TF2).resolve("out/model.safetensors"));
    assertThatThrownBy(() -> Verification.run(request, Progress.silent()))
        .isInstanceOf(UnsupportedFile.class)
        .hasMessageContaining("is no trace")
        .hasMessageContaining("tf2torch trace-script");
  }

  /** The same inputs of a file, by the signature's names, with TensorFlow in the same process. */
  @ParameterizedTest
  @EnumSource(TraceScript.class)
  void inputsAreTakenFromNpz(TraceScript framework) throws IOException {
    VerifyRequest request = request(framework);
    Report report =
        Verification.run(
            VerifyRequest.of(
                request.source(),
                request.torch().directory(),
                InputChoice.drawn(1, 2, 64).withFile(made(framework).resolve("inputs.npz")),
                Set.of("weights", "outputs")),
            Progress.silent());
    assertThat(report.verdict()).as(report.summary()).isEqualTo(Verdict.MATCH);
  }
}
