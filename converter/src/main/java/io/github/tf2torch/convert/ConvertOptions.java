package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.translate.TranslationOptions;
import io.github.tf2torch.translate.UserRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a user may choose about a conversion.
 *
 * @param className the class in {@code model.py}
 * @param channelsLastInputs keep images as TensorFlow takes them, NHWC
 * @param channelsLastOutputs keep outputs in TensorFlow's order
 * @param like the PyTorch model whose tensors are to be filled, if any
 * @param averaged moving averages in the place of the variables that have one
 * @param stockOptimizer the optimizer of torch.optim that is nearest, where none is the same
 * @param stockBatchNorm PyTorch's batch normalization where TensorFlow's takes another variance
 * @param rules of the user's own
 * @param packaging how tensors are put into files
 */
public record ConvertOptions(
    String className,
    boolean channelsLastInputs,
    boolean channelsLastOutputs,
    Set<Target> targets,
    boolean overwrite,
    Optional<Like> like,
    boolean averaged,
    boolean stockOptimizer,
    boolean stockBatchNorm,
    UserRules rules,
    Packaging packaging) {
  public ConvertOptions {
    targets = Set.copyOf(targets);
    if (!className.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new BadRequest("--class-name " + className + ": not a name for a Python class");
    }
    if (packaging.dtype().isPresent() && targets.size() < Target.all().size()) {
      targets.stream()
          .filter(Target::computesAsStored)
          .findFirst()
          .ifPresent(
              t -> {
                throw new BadRequest(
                    "--to "
                        + t.option()
                        + ": the archive computes in float32; leave it out with --dtype");
              });
    }
    if (like.isPresent() && targets.size() < Target.all().size()) {
      targets.stream()
          .filter(t -> !t.isTensorsAlone())
          .findFirst()
          .ifPresent(
              t -> {
                throw new BadRequest(
                    "--to " + t.option() + ": --like fills the tensors of a model alone");
              });
    }
  }

  /** A model of its own. */
  public ConvertOptions(
      String className,
      boolean channelsLastInputs,
      boolean channelsLastOutputs,
      Set<Target> targets,
      boolean overwrite) {
    this(
        className,
        channelsLastInputs,
        channelsLastOutputs,
        targets,
        overwrite,
        Optional.empty(),
        false,
        false,
        false,
        UserRules.none(),
        Packaging.defaults());
  }

  public static ConvertOptions defaults() {
    return new ConvertOptions("Model", false, false, Target.all(), false);
  }

  /** Reads what {@code conversion.json} recorded, so that a verifier translates the same again. */
  public static ConvertOptions fromJson(JsonNode recorded) {
    return new ConvertOptions(
        recorded.path("class_name").asText("Model"),
        recorded.path("input_layout").asText().equals("nhwc"),
        recorded.path("output_layout").asText().equals("nhwc"),
        Target.all(),
        false,
        Like.read(recorded),
        recorded.path("ema").asBoolean(),
        recorded.path("stock_optimizer").asBoolean(),
        recorded.path("stock_batchnorm").asBoolean(),
        UserRules.none(),
        Packaging.read(recorded));
  }

  /** What of it the translator needs to know. */
  TranslationOptions translation() {
    return new TranslationOptions(className, channelsLastInputs, channelsLastOutputs, rules);
  }

  ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("class_name", className);
    node.put("input_layout", channelsLastInputs ? "nhwc" : "nchw");
    node.put("output_layout", channelsLastOutputs ? "nhwc" : "nchw");
    like.ifPresent(l -> l.write(node));
    if (averaged) {
      node.put("ema", true);
    }
    if (stockOptimizer) {
      node.put("stock_optimizer", true);
    }
    if (stockBatchNorm) {
      node.put("stock_batchnorm", true);
    }
    packaging.write(node);
    return node;
  }

  /** The same, into a model that exists. */
  public ConvertOptions withLike(Like model) {
    Draft draft = new Draft(this);
    draft.like = Optional.of(model);
    return draft.options();
  }

  /** The same, in other files. */
  public ConvertOptions withTargets(Set<Target> chosen) {
    Draft draft = new Draft(this);
    draft.targets = chosen;
    return draft.options();
  }

  public ConvertOptions withOverwrite(boolean replace) {
    Draft draft = new Draft(this);
    draft.overwrite = replace;
    return draft.options();
  }

  /** The same, put into files in another way. */
  public ConvertOptions withPackaging(Packaging chosen) {
    Draft draft = new Draft(this);
    draft.packaging = chosen;
    return draft.options();
  }

  /** The same, of moving averages where there are some. */
  public ConvertOptions withAverages(boolean chosen) {
    Draft draft = new Draft(this);
    draft.averaged = chosen;
    return draft.options();
  }

  /** The same, with the nearest of PyTorch's own optimizers. */
  public ConvertOptions withStockOptimizer(boolean chosen) {
    Draft draft = new Draft(this);
    draft.stockOptimizer = chosen;
    return draft.options();
  }

  /** The same, with PyTorch's own batch normalization. */
  public ConvertOptions withStockBatchNorm(boolean chosen) {
    Draft draft = new Draft(this);
    draft.stockBatchNorm = chosen;
    return draft.options();
  }

  /** The same, with rules of the user's own. */
  public ConvertOptions withRules(UserRules own) {
    Draft draft = new Draft(this);
    draft.rules = own;
    return draft.options();
  }

  /**
   * The same, with the rules of jars.
   *
   * @throws BadRequest where one can't be loaded, or has a rule for what another has one for
   */
  public ConvertOptions withPlugins(List<Path> jars) {
    return withRules(UserRules.load(jars));
  }

  /** What is to become options; one choice changes at a time. */
  private static final class Draft {
    private final String className;
    private final boolean channelsLastInputs;
    private final boolean channelsLastOutputs;
    private Set<Target> targets;
    private boolean overwrite;
    private Optional<Like> like;
    private boolean averaged;
    private boolean stockOptimizer;
    private boolean stockBatchNorm;
    private UserRules rules;
    private Packaging packaging;

    Draft(ConvertOptions from) {
      className = from.className;
      channelsLastInputs = from.channelsLastInputs;
      channelsLastOutputs = from.channelsLastOutputs;
      targets = from.targets;
      overwrite = from.overwrite;
      like = from.like;
      averaged = from.averaged;
      stockOptimizer = from.stockOptimizer;
      stockBatchNorm = from.stockBatchNorm;
      rules = from.rules;
      packaging = from.packaging;
    }

    ConvertOptions options() {
      return new ConvertOptions(
          className,
          channelsLastInputs,
          channelsLastOutputs,
          targets,
          overwrite,
          like,
          averaged,
          stockOptimizer,
          stockBatchNorm,
          rules,
          packaging);
    }
  }
}
