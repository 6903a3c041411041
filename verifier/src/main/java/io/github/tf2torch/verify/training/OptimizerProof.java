package io.github.tf2torch.verify.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.TrainingState;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.torch.StateDictFile;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.Translator;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.run.SameBytes;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code optimizer.pt}, led back to the source: its tensors bit for bit, its groups' settings, and
 * the arguments by which {@code conversion.json} says to build the optimizer.
 */
public final class OptimizerProof {
  public static final String FILE = "optimizer.pt";

  private final Subject subject;
  private final TorchOptimizer expected;
  private final StateDictFile file;
  private final JsonNode told;
  private final List<TensorResult> results = new ArrayList<>();

  private OptimizerProof(
      Subject subject, TorchOptimizer expected, StateDictFile file, JsonNode told) {
    this.subject = subject;
    this.expected = expected;
    this.file = file;
    this.told = told;
  }

  /** A row for each tensor, and for each number that is another; none where there is no file. */
  public static List<TensorResult> of(Subject subject) throws IOException {
    if (!subject.has(FILE)) {
      return List.of();
    }
    JsonNode told = ConvertedOptimizer.told(subject);
    Optional<TorchOptimizer> expected = expected(subject, told);
    if (expected.isEmpty()) {
      return List.of();
    }
    try (StateDictFile file = StateDictFile.open(subject.file(FILE))) {
      return new OptimizerProof(subject, expected.get(), file, told).all();
    } catch (DamagedFile | UnsupportedFile e) {
      return List.of(TensorResult.exact(FILE, "", false, String.valueOf(e.getMessage())));
    }
  }

  /** As the source is converted; of a model that the user had, the order is the user's. */
  private static Optional<TorchOptimizer> expected(Subject subject, JsonNode told)
      throws IOException {
    Optional<TrainingState> state = Translator.optimizer(subject.tensorflow(), subject.torch());
    if (state.isEmpty() || !(state.get() instanceof TorchOptimizer own)) {
      return Optional.empty();
    }
    boolean isNearest = told.path("module").asText().equals("torch.optim") && !own.isStock();
    return Optional.of(isNearest ? Translator.stockOptimizer(own) : own);
  }

  private List<TensorResult> all() throws IOException {
    if (!told.path("class").asText().equals(expected.className())) {
      differs(
          "class",
          "conversion.json says %s, the source's optimizer is %s"
              .formatted(told.path("class").asText(), expected.className()));
      return results;
    }
    tensors();
    groups();
    new SourceLoop(told, expected.loop())
        .differences()
        .forEach(words -> differs("apply_gradients", words));
    return results;
  }

  private void differs(String what, String reason) {
    results.add(TensorResult.exact(FILE + ": " + what, "", false, reason));
  }

  private void tensors() throws IOException {
    Map<String, Variable> stored = new LinkedHashMap<>();
    file.variables().forEach(v -> stored.put(v.name(), v));
    Set<String> known = new HashSet<>();
    int index = 0;
    for (TorchOptimizer.Group group : expected.groups()) {
      for (String parameter : group.parameters()) {
        String place = "state." + index++ + ".";
        for (TorchOptimizer.State state : expected.state().getOrDefault(parameter, List.of())) {
          known.add(place + state.key());
          tensor(
              Trained.slot(state.key(), parameter),
              state.recipe(),
              stored.get(place + state.key()));
        }
      }
    }
    stored.keySet().stream()
        .filter(n -> !known.contains(n))
        .forEach(n -> differs(n, "is in no recipe: the source has nothing for it"));
  }

  private void tensor(String name, TensorExpr recipe, @Nullable Variable found) throws IOException {
    String reason = "";
    if (found == null) {
      reason = "is not there; its source is " + recipe.describe();
    } else if (found.dtype() != recipe.dtype() || !found.shape().equals(recipe.shape())) {
      reason =
          "is %s%s, expected %s%s"
              .formatted(
                  found.dtype().torchName(),
                  found.shape(),
                  recipe.dtype().torchName(),
                  recipe.shape());
    } else if (!SameBytes.in(
        recipe, subject.tensorflow().tensors(), found.name(), file.tensors())) {
      reason = "does not lead back to " + recipe.describe();
    }
    results.add(
        TensorResult.exact(FILE + ": " + name, recipe.describe(), reason.isEmpty(), reason));
  }

  private void groups() {
    if (file.groups().size() != expected.groups().size()) {
      differs(
          "param_groups",
          "has %d groups, the source %d".formatted(file.groups().size(), expected.groups().size()));
      return;
    }
    for (int i = 0; i < file.groups().size(); i++) {
      TorchOptimizer.Group wanted = expected.groups().get(i);
      Map<String, Config> settings = new LinkedHashMap<>(wanted.settings());
      settings.put(
          "param_names",
          new Config.Items(
              wanted.parameters().stream().map(p -> (Config) new Config.Text(p)).toList()));
      group("param_groups[" + i + "]", settings, file.groups().get(i));
    }
    arguments();
  }

  private void group(String place, Map<String, Config> wanted, Map<String, Config> found) {
    wanted.forEach(
        (name, value) -> {
          boolean isSame =
              value instanceof Config.Absent
                  ? !found.containsKey(name)
                  : found.containsKey(name) && OptimizerNumbers.isSame(value, found.get(name));
          if (!isSame) {
            differs(
                place + " " + name,
                "is %s, by the source it is %s"
                    .formatted(
                        found.containsKey(name) ? OptimizerNumbers.text(found.get(name)) : "None",
                        OptimizerNumbers.text(value)));
          }
        });
  }

  /** What the constructor is given; a group that has another number has to be one among several. */
  private void arguments() {
    Map<String, Config> arguments = new LinkedHashMap<>();
    told.path("arguments")
        .fields()
        .forEachRemaining(e -> arguments.put(e.getKey(), OptimizerNumbers.of(e.getValue())));
    for (Map.Entry<String, Config> wanted : expected.arguments().entrySet()) {
      String name = wanted.getKey();
      Config said = arguments.getOrDefault(name, new Config.Absent());
      if (!OptimizerNumbers.isSame(said, wanted.getValue())) {
        List<String> held =
            file.groups().stream()
                .map(g -> OptimizerNumbers.text(g.getOrDefault(name, new Config.Absent())))
                .distinct()
                .toList();
        differs(
            "arguments " + name,
            "conversion.json says %s=%s for the constructor, param_groups of optimizer.pt have %s, and by the source it is %s"
                .formatted(
                    name,
                    OptimizerNumbers.text(said),
                    String.join(" and ", held),
                    OptimizerNumbers.text(wanted.getValue())));
      }
    }
    arguments.keySet().stream()
        .filter(n -> !expected.arguments().containsKey(n))
        .forEach(
            n ->
                differs(
                    "arguments " + n,
                    "conversion.json gives the constructor an argument that "
                        + expected.className()
                        + " is not built with"));
  }
}
