package io.github.tf2torch.translate;

import io.github.tf2torch.fuse.Fusion;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Loss;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.TorchLoss;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.TrainingState;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.rules.LayerRuleSet;
import io.github.tf2torch.rules.RuleSet;
import io.github.tf2torch.rules.optimizer.OptimizerTranslation;
import io.github.tf2torch.rules.optimizer.StockOptimizer;
import io.github.tf2torch.translate.mapping.NamedTensors;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The way from a source model to a torch program: fuse, walk, name, account. */
public final class Translator {
  static final String WHERE_TO_ADD_A_RULE =
      "To add a rule: implement io.github.tf2torch.rules.OpRule (one small class, or a row in"
          + " rules.op.Unary or rules.op.Binary) and name it in"
          + " META-INF/services/io.github.tf2torch.rules.OpRule of a jar, and give it by --plugin"
          + " JAR.";

  /** What the walk itself understands. */
  private static final Set<String> SOURCES =
      Set.of("Const", "Variable", "Placeholder", LoopTranslation.OP);

  private Translator() {}

  /**
   * The chosen signature's computation as a torch program, and where every variable went. Of a
   * source that computes nothing, its weights as PyTorch would hold them.
   */
  public static Translation translate(TfModel model, TranslationOptions options) {
    if (Computation.isOfLayers(model)) {
      return translateLayers(model, options);
    }
    if (!Computation.isIn(model)) {
      return NamedTensors.translate(model, options.className());
    }
    Computation.require(model);
    Graph fused = Fusion.fuse(model);
    Translation plain = translate(model, fused, options, options.rules().withInstalledOps());
    return new Translation(plain.model(), plain.account(), Fusion.folded(model.graph(), fused));
  }

  /**
   * The same for who wants tensors alone: where a layer has no rule, the weights are named and laid
   * out by convention.
   */
  public static Translation tensors(TfModel model, TranslationOptions options) {
    if (!Computation.isOfLayers(model)) {
      return translate(model, options);
    }
    try {
      return translateLayers(model, options);
    } catch (UnsupportedOperation e) {
      return NamedTensors.translate(model, options.className());
    }
  }

  /**
   * With what the training of a program goes on; empty where the source holds no optimizer, or none
   * that is known.
   *
   * @throws IOException where its settings can't be read
   */
  public static Optional<TrainingState> optimizer(TfModel model, TorchModel program)
      throws IOException {
    return OptimizerTranslation.translate(model, program);
  }

  /**
   * The nearest of PyTorch's own optimizers, with the difference.
   *
   * @throws io.github.tf2torch.problem.BadRequest where none is near
   */
  public static TorchOptimizer stockOptimizer(TorchOptimizer exact) {
    return StockOptimizer.nearest(exact);
  }

  /** Every class of Keras layers that has a rule, in alphabetical order. */
  public static List<String> supportedLayers() {
    return LayerRuleSet.installed().supportedLayers();
  }

  /**
   * The loss of a model's training, of the results of its translation.
   *
   * @throws io.github.tf2torch.problem.Problem where it has no translation
   */
  public static TorchLoss loss(Loss loss, TorchModel program) {
    TorchModel translated = translate(loss.model(), TranslationOptions.defaults()).model();
    return LossTranslation.of(loss, program, translated);
  }

  /** Every TensorFlow op, or op of a fused graph, that has a rule; in alphabetical order. */
  public static List<String> supportedOps() {
    return RuleSet.installed().supportedOps();
  }

  static Translation translate(
      TfModel model, Graph fused, TranslationOptions options, RuleSet rules) {
    Graph whole = CellTranslation.withoutZeros(fused, rules, Weights.of(model)::of);
    Graph needed = Needed.of(model, whole);
    refuseUnknownOps(needed, rules);
    return translated(
        model, options, names -> new Walk(model, needed, options, rules, names).run());
  }

  /** Written twice: modules are named when all of them are known. */
  private static Translation translated(
      TfModel model, TranslationOptions options, Function<ModuleNames, Walked> walk) {
    Program collected = walk.apply(ModuleNames.provisional()).program();
    ModuleNames names =
        ModuleNames.of(collected.modules(), collected.attributes(), collected.places());
    Walked walked = walk.apply(names);
    TorchModel torch = Assembly.of(options.className(), model, walked, names);
    return new Translation(torch, Accounting.of(model, torch, walked.program().assumed()));
  }

  /** The first walk of all tells which inputs are images to what they meet first. */
  private static Translation translateLayers(TfModel model, TranslationOptions options) {
    LayerRuleSet layers = options.rules().withInstalledLayers();
    RuleSet ops = options.rules().withInstalledOps();
    MisfittingWeights.refuse(model);
    LayerWalk first =
        new LayerWalk(model, options, layers, ops, ModuleNames.provisional(), Set.of());
    first.run();
    Set<String> channelsFirst = first.wantChannelsFirst();
    return translated(
        model,
        options,
        names -> new LayerWalk(model, options, layers, ops, names, channelsFirst).run());
  }

  private static void refuseUnknownOps(Graph graph, RuleSet rules) {
    List<Node> unknown =
        Untranslatable.withoutLists(
            graph.nodes().stream()
                .filter(n -> !SOURCES.contains(n.op()) && rules.rule(n.op()).isEmpty())
                .toList());
    if (!unknown.isEmpty()) {
      throw new UnsupportedOperation(
          unknown.size()
              + (unknown.size() == 1 ? " operation has" : " operations have")
              + " no rule:\n"
              + Stream.of(
                      unknown.stream().map(Untranslatable::line),
                      Untranslatable.reasons(unknown).stream(),
                      Stream.of(WHERE_TO_ADD_A_RULE))
                  .flatMap(Function.identity())
                  .collect(Collectors.joining("\n")));
    }
  }
}
