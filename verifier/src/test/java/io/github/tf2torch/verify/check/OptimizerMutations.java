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
import io.github.tf2torch.verify.training.OwnStep;
import io.github.tf2torch.verify.training.OwnTrainingRun;
import io.github.tf2torch.verify.training.TrainingCause;
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

/** Plants single faults in the {@code optimizer.pt} of correct conversions of training graphs. */
final class OptimizerMutations {
  private static final Path GRAPHS = Path.of("../converter/src/test/resources/metagraph");
  private static final Path OWN = Path.of("src/test/resources/causes");
  private static final double ADAM_BETA1 = 0.9f;
  private static final double ADAM_BETA2 = 0.99f;
  private static final double MOMENTUM_RATE = 0.08705505728721619;

  /**
   * @param where the first that must part; empty where it is any
   */
  private record Fault(
      String graph, String kind, String where, String name, Consumer<OptimizerArchive> plant) {}

  private static Fault fault(
      String graph, String kind, String where, String name, Consumer<OptimizerArchive> plant) {
    return new Fault(graph, kind, where, name, plant);
  }

  // storages of momentum: one a parameter; of adam: m and v; of rmsprop: rms, mean, velocity
  private static final List<Fault> FAULTS =
      List.of(
          fault(
              "momentum",
              "slot scale",
              "conv.weight",
              "Keras's velocity",
              a -> a.mapEach(0, 1, v -> -MOMENTUM_RATE * v)),
          fault("momentum", "slot scale", "fc1.weight", "of another sign", a -> a.map(3, v -> -v)),
          fault(
              "momentum",
              "slot scale",
              "bn.bias",
              "with the rate in it",
              a -> a.map(2, v -> MOMENTUM_RATE * v)),
          fault(
              "momentum",
              "slot scale",
              "fc2.weight",
              "by rate and sign",
              a -> a.map(5, v -> -v / MOMENTUM_RATE)),
          fault("momentum", "slot scale", "conv.weight", "1 % more", a -> a.map(0, v -> 1.01 * v)),
          fault(
              "momentum", "slots lost", "conv.weight", "all at zero", a -> a.mapEach(0, 1, v -> 0)),
          fault("momentum", "slots lost", "fc1.bias", "one at zero", a -> a.map(4, v -> 0)),
          fault("momentum", "slots swapped", "bn.weight", "bn's swapped", a -> a.swap(1, 2)),
          fault("momentum", "learning rate", "", "ten times", a -> a.number("lr", v -> 10 * v)),
          fault("momentum", "momentum", "", "0.99", a -> a.number("momentum", v -> 0.99f)),
          fault("momentum", "nesterov", "", "lost", a -> a.flag("nesterov", false)),
          fault(
              "momentum",
              "weight decay",
              "",
              "one that is not there",
              a -> a.number("weight_decay", v -> 0.01)),
          fault("adam", "epsilon", "", "1e-3", a -> a.number("epsilon", v -> 1e-3f)),
          fault(
              "adam", "epsilon", "", "PyTorch's times ten", a -> a.number("epsilon", v -> 10 * v)),
          fault("adam", "beta1", "", "0.95", a -> a.number("beta1", v -> 0.95f)),
          fault("adam", "beta2", "", "0.999", a -> a.number("beta2", v -> 0.999f)),
          fault(
              "adam",
              "bias correction",
              "",
              "a step ahead",
              a -> {
                a.number("beta1_power", v -> (float) (v * ADAM_BETA1));
                a.number("beta2_power", v -> (float) (v * ADAM_BETA2));
              }),
          fault(
              "adam",
              "bias correction",
              "",
              "as at the first step",
              a -> {
                a.number("beta1_power", v -> ADAM_BETA1);
                a.number("beta2_power", v -> ADAM_BETA2);
              }),
          fault(
              "adam",
              "bias correction",
              "",
              "lost",
              a -> {
                a.number("beta1_power", v -> 0);
                a.number("beta2_power", v -> 0);
              }),
          fault("adam", "slots lost", "", "all m at zero", a -> a.mapEach(0, 2, v -> 0)),
          fault("adam", "slots swapped", "bn.weight", "m of bn swapped", a -> a.swap(2, 4)),
          fault("adam", "slots swapped", "bn.bias", "v of bn swapped", a -> a.swap(3, 5)),
          fault("adam", "slot scale", "fc2.bias", "v's root", a -> a.map(13, v -> 4 * v)),
          fault("decoupled/model.ckpt.meta", "weight decay", "", "lost by the conversion", a -> {}),
          fault(
              "decoupled/model.ckpt.meta",
              "weight decay place",
              "",
              "L2 for decoupled",
              a -> a.number("weight_decay", v -> 0.01f)),
          fault("rmsprop", "rho", "", "0.9", a -> a.number("rho", v -> 0.9f)),
          fault("rmsprop", "momentum", "", "lost", a -> a.number("momentum", v -> 0)),
          fault("rmsprop", "epsilon", "", "1e-3", a -> a.number("epsilon", v -> 1e-3f)),
          fault(
              "rmsprop", "slots lost", "", "all velocities at zero", a -> a.mapEach(2, 3, v -> 0)),
          fault(
              "rmsprop",
              "slot scale",
              "conv.weight",
              "velocity without the rate",
              a -> a.mapEach(2, 3, v -> v / 0.01f)));

  private OptimizerMutations() {}

  static List<Mutations.Outcome> of(Path folder) throws IOException {
    List<Mutations.Outcome> outcomes = new ArrayList<>();
    Map<String, byte[]> right = new HashMap<>();
    for (Fault fault : FAULTS) {
      Path out = folder.resolve(fault.graph().replace("/", "-"));
      Path source = source(fault.graph());
      Path optimizer = out.resolve("optimizer.pt");
      if (!right.containsKey(fault.graph())) {
        convert(source, out);
        right.put(fault.graph(), Files.readAllBytes(optimizer));
      }
      Files.write(optimizer, right.get(fault.graph()));
      OptimizerArchive archive = new OptimizerArchive(optimizer);
      fault.plant().accept(archive);
      archive.write();
      outcomes.add(outcome(fault, run(source, out, UnaryOperator.identity()), source));
    }
    for (RuleFault fault : RuleFault.ALL) {
      Path out = folder.resolve("rule" + outcomes.size());
      Path source = source(fault.graph());
      convert(source, out);
      Fault plain = new Fault(fault.graph(), fault.kind(), "", fault.name(), a -> {});
      outcomes.add(outcome(plain, run(source, out, fault.plant()), source));
    }
    return outcomes;
  }

  private static Path source(String graph) {
    return graph.endsWith(".meta")
        ? OWN.resolve(graph)
        : GRAPHS.resolve(graph).resolve("model.ckpt.meta");
  }

  private static void convert(Path source, Path out) throws IOException {
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    }
  }

  private static OwnTrainingRun.Result run(Path source, Path out, UnaryOperator<UpdateRule> plant)
      throws IOException {
    VerifyRequest request =
        VerifyRequest.of(source, out, InputChoice.drawn(1, 6, 64), Set.of("training"));
    try (Subject subject = Opening.of(request)) {
      OwnStep own = OwnStep.of(subject).step().orElseThrow();
      TorchOptimizer faulty = altered(own.optimizer(), plant);
      return OwnTrainingRun.of(
          new Examination(subject, Progress.silent()), new OwnStep(own.step(), own.loss(), faulty));
    }
  }

  /** The same with a rule that is another. */
  static TorchOptimizer altered(TorchOptimizer o, UnaryOperator<UpdateRule> plant) {
    return new TorchOptimizer(
        o.kind(),
        o.module(),
        o.className(),
        o.arguments(),
        o.groups(),
        o.isGrouped(),
        o.state(),
        plant.apply(o.rule()),
        o.loop(),
        o.exactness(),
        o.stepError(),
        o.assumed(),
        o.lossy());
  }

  private static Mutations.Outcome outcome(Fault fault, OwnTrainingRun.Result result, Path source) {
    boolean isFound =
        result.outcome().results().stream().anyMatch(r -> r.verdict() == Verdict.DIFFER);
    Set<String> parted = result.cause().map(TrainingCause.Finding::parted).orElse(Set.of());
    boolean isThere =
        fault.where().isEmpty() || parted.stream().anyMatch(n -> n.endsWith(fault.where()));
    String said =
        result
            .cause()
            .flatMap(TrainingCause.Finding::candidate)
            .map(StepCandidate::kind)
            .orElse("");
    return new Mutations.Outcome(
        source, "optimizer.pt", fault.kind(), fault.name(), isFound && isThere, said);
  }
}
