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
 * @param translation the class in {@code model.py}, the order of images, rules of the user's own
 * @param like the PyTorch model whose tensors are to be filled, if any
 * @param packaging how tensors are put into files
 */
public record ConvertOptions(
    TranslationOptions translation,
    Substitutes substitutes,
    Optional<Like> like,
    Set<Target> targets,
    Packaging packaging,
    boolean overwrite) {
  public ConvertOptions {
    targets = Set.copyOf(targets);
    String className = translation.className();
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

  public static ConvertOptions defaults() {
    return of(TranslationOptions.defaults());
  }

  /** A model of its own, in all files. */
  public static ConvertOptions of(TranslationOptions translation) {
    return new ConvertOptions(
        translation,
        Substitutes.none(),
        Optional.empty(),
        Target.all(),
        Packaging.defaults(),
        false);
  }

  /** Reads what {@code conversion.json} recorded, so that a verifier translates the same again. */
  public static ConvertOptions fromJson(JsonNode recorded) {
    TranslationOptions translation =
        new TranslationOptions(
            recorded.path("class_name").asText("Model"),
            recorded.path("input_layout").asText().equals("nhwc"),
            recorded.path("output_layout").asText().equals("nhwc"));
    return new ConvertOptions(
        translation,
        Substitutes.read(recorded),
        Like.read(recorded),
        Target.all(),
        Packaging.read(recorded),
        false);
  }

  ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("class_name", translation.className());
    node.put("input_layout", translation.channelsLastInputs() ? "nhwc" : "nchw");
    node.put("output_layout", translation.channelsLastOutputs() ? "nhwc" : "nchw");
    like.ifPresent(l -> l.write(node));
    substitutes.write(node);
    packaging.write(node);
    return node;
  }

  /** The same, into a model that exists. */
  public ConvertOptions withLike(Like model) {
    return new ConvertOptions(
        translation, substitutes, Optional.of(model), targets, packaging, overwrite);
  }

  /** The same, in other files. */
  public ConvertOptions withTargets(Set<Target> chosen) {
    return new ConvertOptions(translation, substitutes, like, chosen, packaging, overwrite);
  }

  public ConvertOptions withOverwrite(boolean replace) {
    return new ConvertOptions(translation, substitutes, like, targets, packaging, replace);
  }

  /** The same, put into files in another way. */
  public ConvertOptions withPackaging(Packaging chosen) {
    return new ConvertOptions(translation, substitutes, like, targets, chosen, overwrite);
  }

  /** The same, of moving averages where there are some. */
  public ConvertOptions withAverages(boolean chosen) {
    return with(substitutes.withAverages(chosen));
  }

  /** The same, with the nearest of PyTorch's own optimizers. */
  public ConvertOptions withStockOptimizer(boolean chosen) {
    return with(substitutes.withOptimizer(chosen));
  }

  /** The same, with PyTorch's own batch normalization. */
  public ConvertOptions withStockBatchNorm(boolean chosen) {
    return with(substitutes.withBatchNorm(chosen));
  }

  private ConvertOptions with(Substitutes chosen) {
    return new ConvertOptions(translation, chosen, like, targets, packaging, overwrite);
  }

  /** The same, with rules of the user's own. */
  public ConvertOptions withRules(UserRules own) {
    return new ConvertOptions(
        translation.withRules(own), substitutes, like, targets, packaging, overwrite);
  }

  /**
   * The same, with the rules of jars.
   *
   * @throws BadRequest where one can't be loaded, or has a rule for what another has one for
   */
  public ConvertOptions withPlugins(List<Path> jars) {
    return withRules(UserRules.load(jars));
  }
}
