package io.github.tf2torch.verify.check;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.verify.cause.StepCandidate;
import io.github.tf2torch.verify.opening.Opening;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import io.github.tf2torch.verify.training.OwnOptimizer;
import io.github.tf2torch.verify.training.TrainingCause;
import io.github.tf2torch.verify.training.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Plants single faults in correct conversions of sources that hold an optimizer and no loss: in
 * {@code optimizer.pt}, in what {@code conversion.json} has around the step, and in the rule.
 */
final class SourceMutations {
  private static final Path SOURCES = Path.of("src/test/resources/optimizer/sources.zip");

  private record Fault(
      String source,
      String kind,
      String name,
      Consumer<OptimizerArchive> plant,
      UnaryOperator<String> told,
      UnaryOperator<UpdateRule> rule) {}

  private static Fault file(
      String source, String kind, String name, Consumer<OptimizerArchive> plant) {
    return new Fault(source, kind, name, plant, UnaryOperator.identity(), UnaryOperator.identity());
  }

  private static Fault told(String source, String name, String pattern, String other) {
    return new Fault(
        source,
        "around the step",
        name,
        a -> {},
        told -> told.replaceFirst(pattern, other),
        UnaryOperator.identity());
  }

  private static Fault rule(String source, RuleFault fault) {
    return new Fault(
        source, fault.kind(), fault.name(), a -> {}, UnaryOperator.identity(), fault.plant());
  }

  private static final String NADAM = "keras3_Nadam";
  private static final String LAMB = "keras3_Lamb";
  private static final String FTRL = "keras3_Ftrl_options";
  private static final String LION = "keras3_Lion";
  private static final String FACTOR = "keras3_Adafactor";
  private static final String BERT = "BERT_AdamWeightDecay";

  private static final List<Fault> FAULTS =
      List.of(
          file(NADAM, "epsilon", "1e-3", a -> a.number("epsilon", v -> 1e-3)),
          file(NADAM, "momentum_decay", "PyTorch's", a -> a.number("momentum_decay", v -> 4e-3)),
          file(NADAM, "product", "as at the first step", a -> a.number("product", v -> 1)),
          file(NADAM, "slots lost", "m of one is missing", a -> a.lose("m")),
          file(LAMB, "slots lost", "all v at zero", a -> a.mapEach(1, 2, v -> 0)),
          file(LAMB, "slot scale", "v's root", a -> a.map(1, v -> 4 * v)),
          rule(LAMB, RuleFault.UNDER_THE_ROOT),
          file(FTRL, "slots lost", "the accumulator of one is missing", a -> a.lose("accumulator")),
          file(FTRL, "slot scale", "linear of another sign", a -> a.map(1, v -> -v)),
          file(FTRL, "l1", "lost", a -> a.number("l1", v -> 0)),
          file(FTRL, "beta", "lost", a -> a.number("beta", v -> 0)),
          file(LION, "slot scale", "m of another sign", a -> a.mapEach(0, 1, v -> -v)),
          file(LION, "beta2", "0.999", a -> a.number("beta2", v -> 0.999f)),
          file(FACTOR, "beta2_decay", "-0.5", a -> a.number("beta2_decay", v -> -0.5)),
          file(FACTOR, "slots lost", "a mean is missing", a -> a.lose("row")),
          file(FACTOR, "clip_threshold", "0.1", a -> a.number("clip_threshold", v -> 0.1)),
          file(
              BERT,
              "weight decay",
              "of biases as well",
              a -> a.number(1, "weight_decay", v -> 0.01)),
          file(BERT, "weight decay", "lost", a -> a.number(0, "weight_decay", v -> 0)),
          file(BERT, "epsilon", "PyTorch's", a -> a.number("epsilon", v -> 1e-8)),
          rule(BERT, RuleFault.UNDER_THE_ROOT),
          told(
              "keras3_global_clipnorm",
              "ten times as long",
              "\"global_clipnorm\" ?: ?0.1",
              "\"global_clipnorm\": 1.0"),
          told(
              "keras3_global_clipnorm",
              "each by its own norm",
              "\"global_clipnorm\" ?: ?0.1",
              "\"clipnorm\": 0.1"),
          told("keras3_global_clipnorm", "lost", "\"global_clipnorm\" ?: ?0.1", "\"none\": 0"),
          told(
              "keras3_Adam_accumulation",
              "a step for two batches",
              "\"gradient_accumulation_steps\" ?: ?4",
              "\"gradient_accumulation_steps\": 2"),
          told(
              "keras3_Adam_average",
              "slower",
              "\"ema_momentum\" ?: ?0.9",
              "\"ema_momentum\": 0.99"),
          told(
              "keras3_Adam_average",
              "weights never become their averages",
              "\"ema_overwrite_frequency\" ?: ?3",
              "\"ema_overwrite_frequency\": 0"));

  private SourceMutations() {}

  static List<Mutations.Outcome> of(Path folder) throws IOException {
    List<Mutations.Outcome> outcomes = new ArrayList<>();
    Map<Path, byte[]> right = new HashMap<>();
    for (Fault fault : FAULTS) {
      Path home = folder.resolve(fault.source());
      Path out = home.resolve("out");
      Path source =
          home.resolve(fault.source().startsWith("keras") ? "model.keras" : "model.ckpt.meta");
      List<Path> files = List.of(out.resolve("optimizer.pt"), out.resolve("conversion.json"));
      if (!right.containsKey(files.get(0))) {
        Files.createDirectories(home);
        SourceOptimizerTest.extracted(SOURCES, fault.source(), home, "");
        try (Source opened = Source.open(source)) {
          Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
        }
        for (Path file : files) {
          right.put(file, Files.readAllBytes(file));
        }
      }
      for (Path file : files) {
        Files.write(file, right.get(file));
      }
      OptimizerArchive archive = new OptimizerArchive(files.get(0));
      fault.plant().accept(archive);
      archive.write();
      Files.writeString(files.get(1), fault.told().apply(Files.readString(files.get(1))));
      outcomes.add(outcome(fault, source, out));
    }
    return outcomes;
  }

  private static Mutations.Outcome outcome(Fault fault, Path source, Path out) throws IOException {
    VerifyRequest request =
        VerifyRequest.of(source, out, InputChoice.drawn(1, 6, 64), Set.of("training"));
    try (Subject subject = Opening.of(request)) {
      TrainingRun.Result result =
          TrainingRun.of(
              new Examination(subject, Progress.silent()), own -> altered(own, fault.rule()));
      boolean isFound =
          result.outcome().results().stream().anyMatch(r -> r.verdict() == Verdict.DIFFER);
      String said =
          result
              .cause()
              .flatMap(TrainingCause.Finding::candidate)
              .map(StepCandidate::kind)
              .orElse("");
      return new Mutations.Outcome(
          source, "optimizer.pt", fault.kind(), fault.name(), isFound, said);
    }
  }

  private static OwnOptimizer altered(OwnOptimizer own, UnaryOperator<UpdateRule> rule) {
    TorchOptimizer optimizer = OptimizerMutations.altered(own.optimizer(), rule);
    return new OwnOptimizer(
        own.kind(), optimizer, own.steps(), own.slots(), own.frame(), own.rates());
  }
}
