package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.rules.mapping.RuleFile;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.WayBack;
import io.github.tf2torch.translate.Account;
import io.github.tf2torch.translate.Accounting;
import io.github.tf2torch.translate.Translation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A source's variables in the names, shapes, types and order of a PyTorch model that exists. Every
 * variable and every tensor of the target is accounted for; nothing is guessed.
 */
public final class IntoModel {
  private static final long MOST_KEPT_BYTES = 1L << 30;

  private IntoModel() {}

  /**
   * The target's tensors, each made of variables or kept as the target has it.
   *
   * @param rules that are followed first
   * @param shipped the sets to choose of for what they leave
   * @throws io.github.tf2torch.problem.UnmappedVariable with all that has no match
   */
  public static Translation translate(
      TfModel model,
      TensorFile target,
      Optional<RuleFile> rules,
      List<RuleFile> shipped,
      String className)
      throws IOException {
    List<Variable> tensors = tensors(target);
    KnownLayouts known = KnownLayouts.of(model);
    Supplier<Ledger> begun = () -> begun(model, tensors, rules, known);
    Ledger ledger = begun.get();
    rules
        .filter(r -> shipped.stream().noneMatch(s -> s.name().equals(r.name())))
        .ifPresent(r -> RuleApplication.tellUnneeded(r, ledger));
    Optional<SetChoice.Chosen> set = new SetChoice(begun, known).among(shipped);
    set.ifPresent(
        s -> {
          s.apply(known, ledger);
          ledger.assume(s.told(ledger.targets().size()));
        });
    ledger.tie();
    dropWhatNoModelNeeds(ledger);
    // what a wrong rule was meant to fill would be taken for free
    if (ledger.problems().isEmpty()) {
      matchByStructure(model, target, known, ledger);
    }
    keepWhatIsNoWeight(ledger);
    if (!ledger.isSettled()) {
      List<String> taken = set.map(c -> c.told(ledger.targets().size())).stream().toList();
      throw OpenEnds.of(ledger, model.assumed(), target.provenance().path(), taken);
    }
    return translation(ledger, target, className);
  }

  /** The tensors that a model is made of: neither an optimizer's nor another copy of them. */
  private static List<Variable> tensors(TensorFile target) {
    List<Variable> tensors = new ArrayList<>();
    for (Variable tensor : target.variables()) {
      if (tensor.role() != Role.SLOT && tensor.role() != Role.AVERAGE) {
        tensors.add(tensor);
      }
    }
    if (tensors.isEmpty()) {
      throw new BadRequest(
          target.provenance().path() + ": holds no tensor of a model that could be filled");
    }
    return tensors;
  }

  private static Ledger begun(
      TfModel model, List<Variable> tensors, Optional<RuleFile> rules, KnownLayouts known) {
    Ledger ledger = new Ledger(model.variables(), tensors);
    model.assumed().forEach(ledger::assume);
    rules.ifPresent(r -> RuleApplication.apply(r, known, ledger));
    ledger.tie();
    return ledger;
  }

  static void settleWhatNeedsNoRule(Ledger ledger) {
    dropWhatNoModelNeeds(ledger);
    keepWhatIsNoWeight(ledger);
  }

  private static void matchByStructure(
      TfModel model, TensorFile target, KnownLayouts known, Ledger ledger) {
    SourceOrder order = SourceOrder.of(model);
    if (!ledger.filled().isEmpty()) {
      Companions.join(layers(order.only(ledger.wanted()), known), ledger);
    }
    Flow flow =
        model.graph().nodes().isEmpty()
            ? model.keras().<Flow>map(k -> new KerasFlow(k.root())).orElse(Flow.unknown())
            : new GraphFlow(model);
    ModuleOrder modules = ModuleOrder.of(target);
    List<Layer> layers = layers(order.only(ledger.openVariables()), known);
    InProjection joined = InProjection.join(layers, TargetModule.of(untied(ledger)));
    List<Layer> doubted = new TurnedMatrices(joined.layers(), joined.modules()).doubted();
    new StructureMatch(doubted, joined.modules(), modules, flow, ledger).apply();
    ledger.tie();
    List<Layer> left = unplaced(layers(order.only(ledger.openVariables()), known), ledger);
    List<TargetModule> singles = SingleTensors.ofTensors(untied(ledger));
    new StructureMatch(SingleTensors.of(left), singles, modules, flow, ledger).apply();
    ledger.tie();
  }

  /** Without those for which a choice is already offered. */
  private static List<Layer> unplaced(List<Layer> layers, Ledger ledger) {
    return layers.stream()
        .filter(
            l ->
                ledger.choices().stream()
                    .noneMatch(c -> c.layer().variables().containsAll(l.variables())))
        .toList();
  }

  private static List<Variable> untied(Ledger ledger) {
    return ledger.openTargets().stream().filter(t -> !ledger.isTied(t)).toList();
  }

  private static List<Layer> layers(SourceOrder order, KnownLayouts known) {
    List<Layer> layers = Conventions.layers(order).stream().map(known::layer).toList();
    return DoubtfulFeatures.doubted(FlattenedRows.doubted(layers, order), known);
  }

  private static void dropWhatNoModelNeeds(Ledger ledger) {
    for (Variable variable : ledger.openVariables()) {
      NamedTensors.reasonToDrop(variable).ifPresent(r -> ledger.drop(variable, r));
    }
  }

  /** Counters and tables of positions are whole numbers, which no training changes. */
  private static void keepWhatIsNoWeight(Ledger ledger) {
    for (Variable target : ledger.openTargets()) {
      if (!target.dtype().isFloating()) {
        ledger.keep(target);
        ledger.assume("\"%s\" stays as the target has it".formatted(target.name()));
      }
    }
  }

  private static Translation translation(Ledger ledger, TensorFile target, String className)
      throws IOException {
    List<TorchModel.Tensor> tensors = new ArrayList<>();
    List<String> lossy = new ArrayList<>();
    Set<String> cut = cut(ledger);
    long keptBytes = 0;
    for (Variable tensor : ledger.targets()) {
      TensorExpr recipe = ledger.filled().get(tensor.name());
      if (recipe == null) {
        keptBytes += tensor.bytes();
        recipe = kept(tensor, target, keptBytes);
      } else if (Accounting.isLossy(recipe)
          || cut.stream().anyMatch(recipe.variables()::contains)) {
        lossy.add(tensor.name());
      }
      tensors.add(new TorchModel.Tensor(tensor.name(), kind(tensor), recipe));
    }
    List<Account.Dropped> dropped =
        ledger.dropped().entrySet().stream()
            .map(e -> new Account.Dropped(e.getKey(), e.getValue()))
            .toList();
    TorchModel torch =
        new TorchModel(className, List.of(), List.of(), tensors, List.of(), List.of(), List.of());
    return new Translation(torch, new Account(dropped, List.of(), ledger.assumed(), lossy));
  }

  /** Variables that are not whole in the tensors. */
  private static Set<String> cut(Ledger ledger) {
    WayBack back = new WayBack();
    ledger
        .filled()
        .forEach(
            (n, recipe) ->
                back.add(recipe, new TensorExpr.Stored(n, recipe.dtype(), recipe.shape())));
    Set<String> cut = new HashSet<>(back.cut().keySet());
    cut.removeAll(back.ways().keySet());
    return cut;
  }

  private static TorchModel.Kind kind(Variable tensor) {
    boolean isTrained = tensor.role() == Role.WEIGHT && tensor.dtype().isFloating();
    return isTrained ? TorchModel.Kind.PARAMETER : TorchModel.Kind.BUFFER;
  }

  /** Its values are part of the recipe, so that the target may be gone when it is written. */
  private static TensorExpr kept(Variable tensor, TensorFile target, long keptBytes)
      throws IOException {
    if (keptBytes > MOST_KEPT_BYTES) {
      throw new BadRequest(
          "\"%s\": tensors of more than %d MiB are to stay as %s has them, which is too much"
              .formatted(tensor.name(), MOST_KEPT_BYTES >> 20, target.provenance().path()));
    }
    return new TensorExpr.Constant(
        "target:" + tensor.name(),
        Evaluation.value(Ledger.stored(stored(tensor, target)), target.tensors()));
  }

  /** The tensor by the name that the target reads it by, which an alias is not. */
  private static Variable stored(Variable tensor, TensorFile target) {
    return target.variables().stream()
        .filter(v -> v.aliases().contains(tensor.name()))
        .findFirst()
        .orElse(tensor);
  }
}
