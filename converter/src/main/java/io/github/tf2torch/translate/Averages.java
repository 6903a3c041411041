package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.Substitution;
import io.github.tf2torch.translate.Account.Dropped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Moving averages in the place of the variables that they follow ({@code
 * tf.train.ExponentialMovingAverage}, whose shadows are named after them).
 */
public final class Averages {
  private static final String SHADOW = "/ExponentialMovingAverage";

  private Averages() {}

  /**
   * The same tensors, made of averages wherever a variable has one.
   *
   * @throws BadRequest where the source holds none
   */
  public static Translation chosen(Translation translation, TfModel source) {
    Map<String, String> shadows = shadows(source);
    if (shadows.isEmpty()) {
      throw new BadRequest(
          source.provenance().path()
              + ": --ema asks for moving averages, but no variable of it is named VARIABLE"
              + SHADOW);
    }
    TorchModel model = translation.model();
    Set<String> read = new LinkedHashSet<>();
    model.tensors().forEach(t -> read.addAll(t.recipe().variables()));
    Substitution substitution = new Substitution(shadows);
    List<TorchModel.Tensor> tensors =
        model.tensors().stream().map(t -> t.with(substitution.in(t.recipe()))).toList();
    return translation.with(
        model.withTensors(tensors), account(translation.account(), shadows, read));
  }

  private static Account account(Account raw, Map<String, String> shadows, Set<String> read) {
    Set<String> used =
        read.stream().filter(shadows::containsKey).map(shadows::get).collect(Collectors.toSet());
    List<Dropped> dropped =
        new ArrayList<>(raw.dropped().stream().filter(d -> !used.contains(d.name())).toList());
    List<String> assumed = new ArrayList<>(raw.assumed());
    for (String variable : read) {
      if (shadows.containsKey(variable)) {
        dropped.add(new Dropped(variable, "its moving average is taken, by --ema"));
      } else {
        assumed.add("\"" + variable + "\" has no moving average: it is taken itself");
      }
    }
    return new Account(dropped, raw.unknown(), assumed, raw.lossy());
  }

  /** Variable → its average. */
  private static Map<String, String> shadows(TfModel source) {
    Map<String, Variable> variables =
        source.variables().stream().collect(Collectors.toMap(Variable::name, Function.identity()));
    Map<String, String> shadows = new LinkedHashMap<>();
    for (Variable average : source.variables()) {
      if (average.role() == Role.AVERAGE && average.name().endsWith(SHADOW)) {
        String name = average.name().substring(0, average.name().length() - SHADOW.length());
        Variable variable = variables.get(name);
        if (variable != null
            && variable.shape().equals(average.shape())
            && variable.dtype() == average.dtype()) {
          shadows.put(name, average.name());
        }
      }
    }
    return shadows;
  }
}
