package io.github.tf2torch.cli;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Target;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.translate.TranslationOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code convert} and {@code port} share. */
public final class ConvertOptionsMixin {
  /** The order in which an image is held. */
  public enum ImageLayout {
    nchw,
    nhwc
  }

  @Mixin private SourceMixin source = new SourceMixin();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "the folder to write; it appears whole or not at all")
  private @Nullable Path output;

  @Option(
      names = "--to",
      split = ",",
      paramLabel = "TARGET",
      description =
          "what to write: safetensors, pt, optimizer, torchscript, pt2, python (default: all that"
              + " the source has)")
  private List<String> to = List.of();

  @Option(
      names = "--class-name",
      paramLabel = "NAME",
      defaultValue = "Model",
      description = "the class in model.py (default: ${DEFAULT-VALUE})")
  private String className = "Model";

  @Option(
      names = "--input-layout",
      defaultValue = "nchw",
      description = "image inputs: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private ImageLayout inputLayout = ImageLayout.nchw;

  @Option(
      names = "--output-layout",
      defaultValue = "nchw",
      description = "image outputs: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private ImageLayout outputLayout = ImageLayout.nchw;

  @Option(
      names = "--stock-batchnorm",
      description =
          "take nn.BatchNorm where TensorFlow's running variance is of the batch itself, and say"
              + " under \"lossy\" how far it is off in training (default: a subclass in model.py,"
              + " exact)")
  private boolean isStockBatchNorm;

  @Option(
      names = "--plugin",
      paramLabel = "JAR",
      description = "a jar with rules of your own, for layers or ops; may be given several times")
  private List<Path> plugins = List.of();

  @Option(names = "--overwrite", description = "replace a folder that a conversion wrote")
  private boolean overwrite;

  public SourceMixin source() {
    return source;
  }

  /** Asked for here, since a dry run writes to none. */
  public Path output() {
    if (output == null) {
      throw new BadRequest("there is no folder to write to; give one with -o DIR");
    }
    return output;
  }

  /** Jars with rules. */
  public List<Path> plugins() {
    return plugins;
  }

  public ConvertOptions options() {
    Set<Target> targets =
        to.isEmpty()
            ? Target.all()
            : to.stream().map(Target::parse).collect(Collectors.toUnmodifiableSet());
    TranslationOptions translation =
        new TranslationOptions(
            className, inputLayout == ImageLayout.nhwc, outputLayout == ImageLayout.nhwc);
    return ConvertOptions.of(translation)
        .withTargets(targets)
        .withOverwrite(overwrite)
        .withStockBatchNorm(isStockBatchNorm)
        .withPlugins(plugins);
  }
}
