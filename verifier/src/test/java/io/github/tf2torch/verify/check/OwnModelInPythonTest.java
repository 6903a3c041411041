package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.OwnTorch;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that a newer PyTorch made in Python: scripted, traced, and run there. */
class OwnModelInPythonTest {
  private static final String PYTHON = System.getenv().getOrDefault("TF2TORCH_PYTHON", "");
  private static final Path SCRIPT = Path.of("../interop/own_model.py");

  @TempDir static Path folder;
  private static Ported ported;

  @BeforeAll
  static void make() throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        !PYTHON.isEmpty(), "TF2TORCH_PYTHON names no interpreter: interop test skipped");
    ported = Ported.into(folder.resolve("out"));
    made("same");
    made("other", "1e-3");
  }

  private static void made(String name, String... more) throws IOException, InterruptedException {
    Path out = Files.createDirectory(folder.resolve(name));
    ProcessBuilder builder =
        new ProcessBuilder(
            PYTHON, SCRIPT.toString(), folder.resolve("out").toString(), out.toString());
    builder.command().addAll(java.util.List.of(more));
    assertThat(builder.inheritIO().start().waitFor()).isZero();
  }

  private static Report verify(OwnTorch own) throws IOException {
    VerifyRequest request = ported.request("weights", "outputs", "gradients").withOwn(own);
    return Verification.run(request.withPython(PYTHON), Progress.silent());
  }

  private static OwnTorch script(String file) {
    return new OwnTorch(folder.resolve(file), Optional.empty(), Optional.empty(), Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"same/scripted.pt", "same/traced.pt"})
  void archivesOfTorchJitAgree(String file) throws IOException {
    Report report = verify(script(file));
    assertThat(report.verdict()).as(report.summary()).isEqualTo(Verdict.MATCH);
    assertThat(report.checks()).allMatch(c -> c.verdict() == Verdict.MATCH);
    assertThat(report.checks().get(1).largestError64()).isLessThan(1e-13);
  }

  @Test
  void anotherEpsilonIsFoundThoughEveryWeightIsRight() throws IOException {
    Report report = verify(script("other/scripted.pt"));
    assertThat(report.checks().stream().map(CheckResult::verdict))
        .containsExactly(Verdict.MATCH, Verdict.DIFFER, Verdict.DIFFER);
  }

  /** A safetensors file does not say which of its tensors are statistics. */
  @ParameterizedTest
  @ValueSource(strings = {"same/net.pt", "same/net.safetensors"})
  void aModuleOfOnesOwnRunsInItsOwnPython(String weights) throws IOException {
    OwnTorch own =
        new OwnTorch(
            folder.resolve(weights),
            Optional.of(SCRIPT + ":Net"),
            Optional.empty(),
            Optional.of("nchw"));
    Report report = verify(own);
    assertThat(report.verdict()).as(report.summary()).isEqualTo(Verdict.MATCH);
    assertThat(report.environment().get("PyTorch")).contains("Python 3");
  }

  /** What people return besides, and make in forward: zeros and masks are float32 there. */
  @ParameterizedTest
  @ValueSource(
      strings = {"LOGITS @ torch.eye(10)", "{'logits': LOGITS, 'loss': None}", "(LOGITS, None)"})
  void whatForwardMakesAndReturnsBesidesIsNoHindrance(String returned) throws IOException {
    Report report = verify(returning(returned));
    assertThat(report.verdict()).as(report.summary()).isEqualTo(Verdict.MATCH);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "input('go?') | EOFError",
        "sys.exit(0) | SystemExit: 0",
        "None | TypeError: forward gives NoneType, no tensor",
      })
  void aForwardThatGivesNothingIsTold(String returned, String told) throws IOException {
    OwnTorch own = returning(returned);
    assertThatThrownBy(() -> verify(own)).isInstanceOf(BadRequest.class).hasMessageContaining(told);
  }

  private static OwnTorch returning(String what) throws IOException {
    String logits = "self.logits(torch.relu(self.hidden(features)))";
    String code = Files.readString(SCRIPT);
    assertThat(code).contains("return " + logits);
    Path file = folder.resolve("returning.py");
    Files.writeString(
        file, code.replace("return " + logits, "return " + what.replace("LOGITS", logits)));
    return new OwnTorch(
        folder.resolve("same/net.pt"),
        Optional.of(file + ":Net"),
        Optional.empty(),
        Optional.of("nchw"));
  }

  @Test
  void itsLayersAreFoundInWhatPythonTraces() throws IOException {
    String code = Files.readString(SCRIPT);
    Path wrong = folder.resolve("wrong.py");
    Files.writeString(wrong, code.replace("nn.BatchNorm2d(64)", "nn.BatchNorm2d(64, eps=1e-3)"));
    OwnTorch own =
        new OwnTorch(
            folder.resolve("same/net.pt"),
            Optional.of(wrong + ":Net"),
            Optional.empty(),
            Optional.of("nchw"));
    Report report =
        Verification.run(
            ported.request("layers").withOwn(own).withPython(PYTHON), Progress.silent());
    assertThat(report.checks().get(0).reason())
        .startsWith("first difference at bn2 (net.7)")
        .contains("epsilon 1e-5 in TensorFlow, 0.001 here: set eps=1e-5");
  }

  @Test
  void modelPyCountsAsProvenWherePythonRanIt() throws IOException {
    Report report =
        Verification.run(
            ported.request("weights", "outputs").withPython(PYTHON), Progress.silent());
    assertThat(report.verdict()).as(report.summary()).isEqualTo(Verdict.MATCH);
    assertThat(report.checks().get(2).name()).isEqualTo("model.py");
    assertThat(report.files().get("model.py")).startsWith("run: state_dict loaded strictly");
  }

  @Test
  void anInterpreterWithoutTorchIsSaid() throws IOException {
    Report report =
        Verification.run(
            ported.request("weights", "outputs").withPython("no-such-python"), Progress.silent());
    assertThat(report.checks().get(2).verdict()).isEqualTo(Verdict.FAILED);
    assertThat(report.checks().get(2).reason()).contains("no-such-python: can't be started");
  }

  /** What a file holds that a user gives for a module, and what is said of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "import torch_that_is_nowhere | M.py can't be imported: ModuleNotFoundError: No module"
            + " named 'torch_that_is_nowhere' (M.py, line 1",
        "class Other(nn.Module): pass | M.py has no M; it has Other",
        "class M(nn.Module):\\n  def __init__(self, width): pass"
            + " | missing a required argument: 'width'): add a function that does, def build():",
        "class M: pass | M.py:M gives a M, no torch.nn.Module",
        "class M(nn.Module): pass | M.py:M has no forward",
        "class M(nn.Module):\\n  def forward(self, x): return x"
            + " | same.pt is no state_dict of M: M has no ",
        "class M(nn.Module):\\n  def __init__(self): raise ValueError('no')"
            + " | M.py:M() fails: ValueError: no (M.py, line 3: def __init__(self): raise",
      })
  void aModuleThatCantBeMadeIsRefusedWithWhatToDo(String code, String message) throws IOException {
    Path file = Files.createDirectories(folder.resolve("refused")).resolve("M.py");
    String head = code.startsWith("import") ? "" : "from torch import nn\n";
    Files.writeString(file, head + code.replace("\\n", "\n") + "\n");
    Path weights = file.resolveSibling("same.pt");
    Files.copy(folder.resolve("out/model.pt"), weights, StandardCopyOption.REPLACE_EXISTING);
    OwnTorch own =
        new OwnTorch(weights, Optional.of(file + ":M"), Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> verify(own))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining(message);
  }

  @Test
  void theNamesThatDataParallelGivesAreKnown() throws IOException, InterruptedException {
    Path parallel = folder.resolve("parallel.pt");
    String save =
        "import sys, torch; held = torch.load(sys.argv[1]);"
            + " torch.save({'module.' + k: v for k, v in held.items()}, sys.argv[2])";
    Path net = folder.resolve("same/net.pt");
    int rc =
        new ProcessBuilder(PYTHON, "-c", save, net.toString(), parallel.toString())
            .inheritIO()
            .start()
            .waitFor();
    assertThat(rc).isZero();
    OwnTorch own =
        new OwnTorch(parallel, Optional.of(SCRIPT + ":Net"), Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> verify(own))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("save that of model.module.state_dict()");
  }
}
