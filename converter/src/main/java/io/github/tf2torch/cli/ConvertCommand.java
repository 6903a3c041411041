package io.github.tf2torch.cli;

import io.github.tf2torch.convert.BackConversion;
import io.github.tf2torch.convert.Conversion;
import io.github.tf2torch.convert.ConversionFile;
import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Like;
import io.github.tf2torch.convert.Packaging;
import io.github.tf2torch.convert.RawConversion;
import io.github.tf2torch.convert.RawOptions;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.problem.BadRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tf2torch convert}: source in, PyTorch files out. */
@picocli.CommandLine.Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    header = "Write a model's weights and a runnable PyTorch model.",
    description = {
      "",
      "DIR then holds model.safetensors, model.pt (a state_dict), model.torchscript.pt, model.pt2"
          + " (of torch.export), model.py and conversion.json, which says where every tensor comes"
          + " from.",
      "",
      "Of a checkpoint without a graph, or a Keras file, there are weights alone: variables that"
          + " TensorFlow's names make a layer of get PyTorch's layout and names, the others stay as"
          + " they are stored; conversion.json lists all of it under \"assumed\".",
      "",
      "With --raw, DIR holds every variable as it is stored, optimizer slots too, under its own"
          + " name in model.safetensors; strings in strings.json. SOURCE may be any checkpoint,"
          + " with or without a graph, or a file of PyTorch.",
      "",
      "With --like, DIR holds the tensors of a PyTorch model that exists, under its names, in its"
          + " shapes, types and order, filled with the source's variables: by rules (--rules), else"
          + " by structure and names. What is ambiguous or left over ends it with status 4, all of"
          + " it listed, with rules to paste.",
      "",
      "With --back, the way is the other: SOURCE is a folder that convert wrote, and a checkpoint"
          + " with TensorFlow's names and layout is written, of what its tensors are now.",
      "",
      "Example: tf2torch convert saved_model -o out",
      "Example: tf2torch convert model.ckpt-1000 --raw --select '^bert/' -o out",
      "Example: tf2torch convert model.ckpt-1000 --like pytorch_model.bin --rules my.yaml -o out",
      "Example: tf2torch convert out --back -o back/model.ckpt",
      ""
    })
final class ConvertCommand implements Callable<Integer> {
  private static final Set<String> WITH_RAW =
      Set.of("--raw", "--select", "--output", "--overwrite", "--json", "--step", "--tags");

  private static final Set<String> WITH_BACK = Set.of("--back", "--output", "--json");

  @Spec private CommandSpec spec;
  @Mixin private ConvertOptionsMixin arguments;

  @Option(names = "--json", description = "print conversion.json instead of a summary")
  private boolean json;

  @Option(
      names = "--raw",
      description = "write the variables as they are stored, and translate nothing")
  private boolean raw;

  @Option(
      names = "--select",
      paramLabel = "REGEX",
      description = "with --raw: only variables in whose name this is found")
  private @Nullable String select;

  @Option(
      names = "--like",
      paramLabel = "TARGET",
      description =
          "fill the tensors of this model: a state_dict, safetensors or their index, or the folder"
              + " of a transformers model")
  private @Nullable Path like;

  @Option(
      names = "--rules",
      paramLabel = "RULES",
      description = "with --like: a file of rules, or the name of a set; see tf2torch rules")
  private @Nullable String rules;

  @Option(
      names = "--parameter-order",
      paramLabel = "FILE",
      description =
          "with --like: the names of the model's parameters, one a line, as"
              + " model.named_parameters() has them, for optimizer.pt (default: the order of"
              + " TARGET, which a .pt has and safetensors have not)")
  private @Nullable Path parameterOrder;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "stored",
      description =
          "of all that is floating-point: float32, float16, bfloat16, or stored (the default);"
              + " model.torchscript.pt and model.pt2, which compute in float32, are left out then")
  private String dtype = "stored";

  @Option(
      names = "--max-shard-size",
      paramLabel = "SIZE",
      description =
          "of tensors in one safetensors file, such as 5GB or 500MiB; more are written to"
              + " model-00001-of-0000N.safetensors with an index, as transformers does")
  private @Nullable String shardSize;

  @Option(names = "--sha256", description = "compute it of each tensor, too; takes longer")
  private boolean isSha256;

  @Option(
      names = "--back",
      description =
          "write a TensorFlow checkpoint: SOURCE is a folder that convert wrote, or a file of"
              + " tensors in one, and DIR the checkpoint's prefix")
  private boolean isBack;

  @Option(
      names = "--ema",
      description =
          "take each variable's ExponentialMovingAverage where the source has one (default: the"
              + " variable itself)")
  private boolean isAveraged;

  @Option(
      names = "--stock-optimizer",
      description =
          "take the nearest optimizer of torch.optim where none has TensorFlow's formula, and say"
              + " under \"lossy\" how far its steps are off (default: a class in model.py, exact)")
  private boolean isStockOptimizer;

  @Option(names = "--dry-run", description = "print where everything would go, and write nothing")
  private boolean isDryRun;

  @Override
  public Integer call() throws IOException {
    checkTogether();
    return isBack ? writeBack() : raw ? writeRaw() : convert();
  }

  /** What is chosen of a translation means nothing where nothing is translated. */
  private void checkTogether() {
    if (!raw && select != null) {
      throw new BadRequest("--select goes with --raw alone; add --raw or leave it out");
    }
    if (rules != null && like == null) {
      throw new BadRequest("--rules goes with --like TARGET, the model that the rules lead into");
    }
    if (parameterOrder != null && like == null) {
      throw new BadRequest(
          "--parameter-order goes with --like TARGET, the model whose parameters it names");
    }
    if (isBack) {
      refuseOthers(WITH_BACK, "--back, which undoes what was chosen then");
    }
    if (raw) {
      refuseOthers(WITH_RAW, "--raw, which translates nothing");
    }
  }

  private void refuseOthers(Set<String> allowed, String reason) {
    // A loop: of a class that a lambda names, Java's archive of classes holds nothing.
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (!allowed.contains(option.longestName())) {
        throw new BadRequest(option.longestName() + " does not go with " + reason);
      }
    }
  }

  private int writeBack() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    BackConversion back;
    try (TerminalProgress progress = new TerminalProgress(err)) {
      back = BackConversion.write(arguments.source().path(), arguments.output(), progress);
    }
    back.notes().forEach(n -> err.println("tf2torch: " + n));
    print(json ? back.toJson().toPrettyString() + "\n" : BackSummary.of(back));
    return ExitStatus.MATCH;
  }

  private int writeRaw() throws IOException {
    ReadOptions read = arguments.source().options();
    Pattern pattern = NameSelection.compile(select == null ? "" : select);
    PrintWriter err = spec.commandLine().getErr();
    RawConversion conversion;
    try (TerminalProgress progress = new TerminalProgress(err)) {
      conversion =
          RawConversion.write(
              arguments.source().path(),
              arguments.output(),
              new RawOptions(read, pattern, arguments.options().overwrite()),
              progress);
    }
    conversion.notes().forEach(n -> err.println("tf2torch: " + n));
    print(json ? conversion.toJson().toPrettyString() + "\n" : RawSummary.of(conversion));
    return ExitStatus.MATCH;
  }

  private Packaging packaging() {
    return new Packaging(
        Packaging.parseDtype(dtype),
        shardSize == null ? Packaging.defaults().mostShardBytes() : Packaging.parseSize(shardSize),
        isSha256);
  }

  private int convert() throws IOException {
    if (!isDryRun) {
      arguments.output(); // before a source is read that has nowhere to go
    }
    ConvertOptions chosen =
        arguments
            .options()
            .withPackaging(packaging())
            .withAverages(isAveraged)
            .withStockOptimizer(isStockOptimizer);
    ConvertOptions options =
        like == null
            ? chosen
            : chosen.withLike(
                new Like(like, Optional.ofNullable(rules), Optional.ofNullable(parameterOrder)));
    PrintWriter err = spec.commandLine().getErr();
    Conversion conversion;
    try (Source source = arguments.source().open();
        TerminalProgress progress = new TerminalProgress(err)) {
      conversion =
          isDryRun
              ? Converter.plan(source, Path.of(""), options)
              : Converter.convert(source, arguments.output(), options, progress);
    }
    conversion.notes().forEach(n -> err.println("tf2torch: " + n));
    print(
        json
            ? ConversionFile.describe(conversion, options).toPrettyString() + "\n"
            : isDryRun ? AccountText.of(conversion) : ConversionSummary.of(conversion));
    return ExitStatus.MATCH;
  }

  private void print(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
  }
}
