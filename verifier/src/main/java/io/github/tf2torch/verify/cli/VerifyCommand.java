package io.github.tf2torch.verify.cli;

import io.github.tf2torch.cli.Command;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.verify.subject.OwnTorch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tf2torch verify}: holds a conversion against its source. */
@picocli.CommandLine.Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    header = "Run TensorFlow and PyTorch on identical inputs and write the report.",
    description = {
      "",
      "Exits with 1 where they differ. What is compared: tf2torch verify --list-checks.",
      "",
      "Example: tf2torch verify saved_model out --seed 7",
      "Example: tf2torch verify out --trace trace.safetensors",
      "Example: tf2torch verify saved_model --torch mine.torchscript.pt --report report",
      ""
    })
public final class VerifyCommand implements Command {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "SOURCE", description = "what was converted")
  private Path source = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIR",
      description = "the folder of the conversion; none with --torch")
  private @Nullable Path directory;

  @Option(
      names = "--torch",
      paramLabel = "FILE",
      description =
          "hold your own PyTorch model against SOURCE: a TorchScript archive, or a state_dict"
              + " together with --python-module")
  private @Nullable Path torch;

  @Option(
      names = "--python-module",
      paramLabel = "FILE.py:Class",
      description = "with --torch: the module of that state_dict, run by --python")
  private @Nullable String module;

  @Option(
      names = "--rules",
      paramLabel = "RULES",
      description =
          "with --torch: which variable is which tensor, where structure and names don't say it")
  private @Nullable String rules;

  @Option(
      names = "--torch-input-layout",
      paramLabel = "LAYOUT",
      description = "with --torch: nchw or nhwc (default: the one with which it runs)")
  private @Nullable String layout;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "hold the port against what TensorFlow did elsewhere, recorded by the file that"
              + " tf2torch trace-script prints; SOURCE may be left out then")
  private @Nullable Path trace;

  @Option(
      names = "--plugin",
      paramLabel = "JAR",
      description = "a jar with the rules that DIR was converted with; may be given several times")
  private List<Path> plugins = List.of();

  @Mixin private VerifyOptionsMixin options;

  @Override
  public Integer call() throws IOException {
    if (options.listsChecks) {
      return Verifying.run(
          spec.commandLine(),
          source,
          Path.of(""),
          options,
          Optional.empty(),
          Optional.empty(),
          List.of());
    }
    if (trace != null && directory == null && torch == null) {
      directory = source;
      source = Verifying.recordedSource(source);
    }
    if ((directory == null) == (torch == null)) {
      throw new BadRequest(
          "verify takes SOURCE and either DIR, which convert wrote, or --torch FILE, your own model");
    }
    if (torch == null && (module != null || rules != null || layout != null)) {
      throw new BadRequest(
          "--python-module, --rules and --torch-input-layout go with --torch FILE");
    }
    if (layout != null && !layout.equals("nchw") && !layout.equals("nhwc")) {
      throw new BadRequest("--torch-input-layout " + layout + ": expected nchw or nhwc");
    }
    Optional<OwnTorch> own =
        Optional.ofNullable(torch)
            .map(
                t ->
                    new OwnTorch(
                        t,
                        Optional.ofNullable(module),
                        Optional.ofNullable(rules),
                        Optional.ofNullable(layout)));
    Path folder = directory == null ? Path.of("") : directory;
    return Verifying.run(
        spec.commandLine(), source, folder, options, own, Optional.ofNullable(trace), plugins);
  }
}
