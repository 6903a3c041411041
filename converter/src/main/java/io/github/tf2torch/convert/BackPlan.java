package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.UnmappedVariable;
import io.github.tf2torch.read.torch.StateDictFile;
import io.github.tf2torch.tensor.RecipeText;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorExpr.Stored;
import io.github.tf2torch.tensor.WayBack;
import io.github.tf2torch.translate.Account;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * How the variables of a source are made again of what they became.
 *
 * @param ways of each variable that there is a way to, the best first
 * @param left variables that no tensor holds, and why
 * @param notes on tensors that are other than the conversion wrote them
 */
record BackPlan(
    Map<Variable, List<WayBack.Way>> ways, List<Account.Dropped> left, List<String> notes) {
  static final String MODEL = "model/";
  static final String OPTIMIZER = "optimizer/";

  /** Collects what is wrong, so that all of it is said at once. */
  private static final class Plan {
    private final ConvertedFolder folder;
    private final TensorsBeside tensors;
    private final Map<String, Variable> variables = new LinkedHashMap<>();
    private final WayBack back = new WayBack();
    private final Map<String, String> broken = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, Double> numbers;
    private final List<String> unchanged = new ArrayList<>();

    Plan(ConvertedFolder folder, TensorsBeside tensors) {
      this.folder = folder;
      this.tensors = tensors;
      this.numbers = folder.numbers();
      folder.variables().forEach(v -> variables.put(v.name(), v));
    }

    /** A tensor that leads nowhere is no loss; one that led somewhere and is gone is. */
    void add(ConvertedFolder.Recorded recorded, String prefix) {
      if (recorded.sources().filter(Set::isEmpty).isPresent()) {
        return;
      }
      Set<String> sources = new LinkedHashSet<>(recorded.sources().orElse(Set.of()));
      sources.retainAll(variables.keySet());
      try {
        TensorExpr recipe = RecipeText.parse(recorded.recipe(), n -> stored(n, sources));
        if (!recipe.shape().equals(recorded.shape())) {
          throw new IllegalArgumentException("it is of shape " + recipe.shape());
        }
        back.add(recipe, present(recorded, prefix));
      } catch (IllegalArgumentException e) {
        String reason = "\"" + recorded.name() + "\": " + e.getMessage();
        sources.forEach(s -> broken.putIfAbsent(s, reason));
      }
    }

    private Optional<Stored> stored(String name, Set<String> heard) {
      Optional<Variable> variable = Optional.ofNullable(variables.get(name));
      variable.ifPresent(v -> heard.add(v.name()));
      return variable.map(v -> new Stored(v.name(), v.dtype(), v.shape()));
    }

    private TensorExpr present(ConvertedFolder.Recorded recorded, String prefix) {
      Variable found =
          tensors
              .find(prefix + recorded.path())
              .orElseThrow(() -> new IllegalArgumentException("the tensor is not in the file"));
      if (!found.shape().equals(recorded.shape())) {
        throw new IllegalArgumentException(
            "the tensor has shape %s, it was written as %s"
                .formatted(found.shape(), recorded.shape()));
      }
      TensorExpr tensor = new Stored(prefix + recorded.path(), found.dtype(), found.shape());
      if (found.dtype() == recorded.dtype()) {
        return tensor;
      }
      if (!found.dtype().isFloating() || !recorded.dtype().isFloating()) {
        throw new IllegalArgumentException(
            "the tensor is %s, it was written as %s"
                .formatted(found.dtype().torchName(), recorded.dtype().torchName()));
      }
      notes.add(
          "\"%s\" is %s now; it becomes %s again"
              .formatted(recorded.name(), found.dtype().torchName(), recorded.dtype().torchName()));
      return new TensorExpr.Cast(tensor, recorded.dtype());
    }

    /** A number that no tensor holds: as the optimizer has it now, else as the source had it. */
    private Optional<TensorExpr> number(Variable variable, Optional<OptimizerNumbers> optimizer) {
      Double kept = numbers.get(variable.name());
      if (kept == null || !KeptNumbers.isNumber(variable)) {
        return Optional.empty();
      }
      OptionalDouble now =
          optimizer.map(o -> o.now(variable.name(), kept)).orElse(OptionalDouble.empty());
      if (now.isEmpty()) {
        unchanged.add(variable.name());
      }
      return Optional.of(new TensorExpr.Fill(variable.dtype(), variable.shape(), now.orElse(kept)));
    }

    BackPlan finish(Optional<OptimizerNumbers> optimizer) {
      Map<String, List<WayBack.Way>> all = back.ways();
      broken.putAll(back.cut());
      Map<String, String> dropped = new LinkedHashMap<>();
      folder
          .conversion()
          .path("dropped")
          .forEach(d -> dropped.put(d.path("name").asText(), d.path("reason").asText()));
      Map<Variable, List<WayBack.Way>> ways = new LinkedHashMap<>();
      List<Account.Dropped> left = new ArrayList<>();
      for (Variable variable : variables.values()) {
        List<WayBack.Way> own = all.getOrDefault(variable.name(), List.of());
        Optional<TensorExpr> number =
            own.isEmpty() ? number(variable, optimizer) : Optional.empty();
        if (!own.isEmpty()) {
          ways.put(variable, bestFirst(own));
        } else if (number.isPresent()) {
          ways.put(variable, List.of(new WayBack.Way(number.get(), true)));
        } else if (!broken.containsKey(variable.name())) {
          String reason = dropped.getOrDefault(variable.name(), "in none of the files");
          left.add(new Account.Dropped(variable.name(), reason));
        }
      }
      dropped.forEach(
          (name, reason) -> {
            if (!variables.containsKey(name)) {
              left.add(new Account.Dropped(name, reason));
            }
          });
      broken.keySet().removeAll(all.keySet());
      if (!broken.isEmpty()) {
        throw new UnmappedVariable(message());
      }
      if (!unchanged.isEmpty()) {
        notes.add(
            String.join(", ", unchanged)
                + ": as the source had it; no file of PyTorch's says what it is now");
      }
      return new BackPlan(ways, left, notes);
    }

    private static List<WayBack.Way> bestFirst(List<WayBack.Way> ways) {
      List<WayBack.Way> sorted = new ArrayList<>(ways.stream().distinct().toList());
      sorted.sort((a, b) -> Boolean.compare(b.isExact(), a.isExact()));
      return sorted;
    }

    private String message() {
      StringBuilder text =
          new StringBuilder(folder.folder() + ": there is no way back to these variables:");
      broken.forEach(
          (name, reason) -> text.append("\n  ").append(name).append(": ").append(reason));
      return text.toString();
    }
  }

  BackPlan {
    left = List.copyOf(left);
    notes = List.copyOf(notes);
  }

  /**
   * Plans it.
   *
   * @throws UnmappedVariable with all variables that were used and can't be made again
   */
  static BackPlan of(
      ConvertedFolder folder, TensorsBeside tensors, Optional<StateDictFile> optimizer) {
    Plan plan = new Plan(folder, tensors);
    folder.tensors().forEach(t -> plan.add(t, MODEL));
    optimizer.ifPresent(file -> folder.slots(file).forEach(t -> plan.add(t, OPTIMIZER)));
    return plan.finish(optimizer.map(folder::numbers));
  }
}
