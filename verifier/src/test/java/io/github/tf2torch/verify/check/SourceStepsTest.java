package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.convert.Target;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.StepSession;
import io.github.tf2torch.verify.gradients.Leaves;
import io.github.tf2torch.verify.opening.Opening;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import io.github.tf2torch.verify.training.OptimizerProof;
import io.github.tf2torch.verify.training.OwnOptimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * TensorFlow 2.21 and Keras 3.15 trained a network of two layers for ten steps in float64, saved
 * it, and trained ten more ({@code interop/check_optimizers.py --record}). What the verifier steps
 * TensorFlow's side by has to arrive at the same parameters from what was saved.
 */
class SourceStepsTest {
  private static final int STEPS = 10;
  private static final Path RECORDED = Path.of("../converter/src/test/resources/optimizer");

  /** A graph of TF1's says these, and steps by itself: a synthetic loss has no use for them. */
  private static final List<String> OF_GRAPHS =
      List.of("two rates", "norm", "clip_by_value", "_decay", "rate");

  @TempDir static Path folder;
  private static final Map<String, JsonNode> CASES = new LinkedHashMap<>();

  @BeforeAll
  static void unpack() throws IOException {
    CASES.putAll(cases());
    for (String zip : List.of("trained.zip", "options.zip", "bert_names.zip", "keras2.zip")) {
      try (ZipFile file = new ZipFile(RECORDED.resolve(zip).toFile())) {
        for (ZipEntry entry : file.stream().toList()) {
          Path place = folder.resolve(entry.getName());
          Files.createDirectories(place.getParent());
          Files.write(place, file.getInputStream(entry).readAllBytes());
        }
      }
    }
  }

  private static Map<String, JsonNode> cases() throws IOException {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    for (String zip : List.of("trained.zip", "options.zip", "bert_names.zip", "keras2.zip")) {
      try (ZipFile file = new ZipFile(RECORDED.resolve(zip).toFile())) {
        ZipEntry told = file.getEntry("expected.json");
        JsonNode read = new ObjectMapper().readTree(file.getInputStream(told));
        read.path("cases").fields().forEachRemaining(e -> all.put(e.getKey(), e.getValue()));
      }
    }
    return all;
  }

  static List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    cases()
        .forEach(
            (name, told) -> {
              boolean isOfGraph =
                  name.startsWith("tf1") && OF_GRAPHS.stream().anyMatch(name::contains);
              // what no file says: exclusions, and rates that the program sets
              boolean isTold =
                  told.path("how").path("exclude").isEmpty()
                      && told.path("how").path("rates").isEmpty();
              if (!isOfGraph && isTold) {
                names.add(name);
              }
            });
    return names;
  }

  @ParameterizedTest
  @MethodSource("names")
  void arrivesWhereTensorFlowDoes(String name) throws IOException {
    JsonNode told = CASES.get(name);
    Path source = folder.resolve(told.path("source").asText());
    Path out = folder.resolve("out").resolve(source.getParent().getFileName());
    Files.createDirectories(out.getParent());
    ConvertOptions options =
        ConvertOptions.defaults().withTargets(Set.of(Target.SAFETENSORS, Target.OPTIMIZER));
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, options, Progress.silent());
    }
    VerifyRequest request =
        VerifyRequest.of(source, out, InputChoice.drawn(1, 6, 64), Set.of("training"));
    try (Subject subject = Opening.of(request)) {
      Leaves leaves = Leaves.of(subject.torch());
      OwnOptimizer.Found found = OwnOptimizer.of(subject, leaves);
      assertThat(found.impediment()).isEmpty();
      assertThat(OptimizerProof.of(subject)).allMatch(t -> t.verdict() == Verdict.MATCH);
      OwnOptimizer own = found.own().orElseThrow();
      Map<String, StepSession.Stepped> stepped = new LinkedHashMap<>();
      for (String variable : own.steps().keySet()) {
        TensorValue value =
            Evaluation.value(leaves.expression(variable), subject.tensorflow().tensors());
        stepped.put(
            variable,
            new StepSession.Stepped(
                value,
                own.rates()
                    .map(r -> own.steps().get(variable).at(r::at))
                    .orElse(own.steps().get(variable)),
                own.slots().get(variable)));
      }
      try (StepSession session = new StepSession(stepped, own.frame(), true)) {
        train(session, stepped, subject, leaves);
        // TensorFlow computes rates in float32
        double bound = own.rates().isPresent() ? 1e-7 : 1e-12;
        check(told.path("parameters"), values(session, stepped), bound);
        checkRates(told.path("how").path("schedule"), own);
      }
    }
  }

  private static void train(
      StepSession session, Map<String, StepSession.Stepped> stepped, Subject subject, Leaves leaves)
      throws IOException {
    Map<String, double[]> frozen = new LinkedHashMap<>();
    for (String variable : leaves.byName().keySet()) {
      frozen.put(
          role(variable),
          Evaluation.value(leaves.expression(variable), subject.tensorflow().tensors()).doubles());
    }
    TwoLayers net = TwoLayers.read(folder.resolve("expected.json"));
    for (int i = 0; i < STEPS; i++) {
      Map<String, double[]> values = new LinkedHashMap<>(frozen);
      values(session, stepped).forEach(values::put);
      Map<String, double[]> gradients = net.gradients(values);
      Map<String, TensorValue> all = new LinkedHashMap<>();
      stepped.forEach(
          (variable, s) ->
              all.put(
                  variable,
                  TensorValue.ofDoubles(
                      DType.FLOAT64, s.value().shape(), gradients.get(role(variable)))));
      session.step(all);
    }
  }

  /** {@code dense/kernel}, and the like, whatever stands around it. */
  private static String role(String variable) {
    String layer = variable.contains("dense") ? "dense" : "out";
    boolean isBias = variable.contains("bias") || variable.endsWith("vars/1");
    return layer + (isBias ? "/bias" : "/kernel");
  }

  private static Map<String, double[]> values(
      StepSession session, Map<String, StepSession.Stepped> stepped) {
    Map<String, double[]> values = new LinkedHashMap<>();
    try (RunResult found = session.values()) {
      int i = 0;
      for (String variable : stepped.keySet()) {
        values.put(role(variable), found.values().get(i++).copy().doubles());
      }
    }
    return values;
  }

  private static void checkRates(JsonNode expected, OwnOptimizer own) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(own.rates().orElseThrow().at(i))
          .as("rate %s", i)
          .isCloseTo(expected.get(i).asDouble(), within(2e-8));
    }
  }

  private static void check(JsonNode expected, Map<String, double[]> found, double bound) {
    assertThat(found).isNotEmpty();
    found.forEach(
        (role, values) -> {
          JsonNode wanted = expected.path(role);
          assertThat(values).hasSize(wanted.size());
          for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).as(role).isCloseTo(wanted.get(i).asDouble(), within(bound));
          }
        });
  }
}
