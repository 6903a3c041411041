package io.github.tf2torch.cli;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Target;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code convert} and {@code port} share. */
public final class ConvertOptionsMixin {
  /** The order in which an image is held. */
  public enum ImageLayout {
    nchw,
    nhwc
  }

  @Parameters(paramLabel = "SOURCE", description = "a SavedModel folder")
  private Path source = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "the folder to write; it appears whole or not at all")
  private Path output = Path.of("");

  @Option(
      names = "--to",
      split = ",",
      paramLabel = "TARGET",
      description = "what to write: safetensors, pt, torchscript, python (default: all of them)")
  private List<String> to = List.of();

  @Option(
      names = "--signature",
      paramLabel = "NAME",
      description = "the signature to port (default: serving_default, or the only one)")
  private @Nullable String signature;

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

  @Option(names = "--overwrite", description = "replace a folder that a conversion wrote")
  private boolean overwrite;

  public Path source() {
    return source;
  }

  public Path output() {
    return output;
  }

  public ConvertOptions options() {
    Set<Target> targets =
        to.isEmpty()
            ? Target.all()
            : to.stream().map(Target::parse).collect(Collectors.toUnmodifiableSet());
    return new ConvertOptions(
        Optional.ofNullable(signature),
        className,
        inputLayout == ImageLayout.nhwc,
        outputLayout == ImageLayout.nhwc,
        targets,
        overwrite);
  }
}
