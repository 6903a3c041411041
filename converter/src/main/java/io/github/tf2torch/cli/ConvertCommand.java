package io.github.tf2torch.cli;

import io.github.tf2torch.convert.Conversion;
import io.github.tf2torch.convert.ConversionFile;
import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tf2torch convert}: source in, PyTorch files out. */
@picocli.CommandLine.Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    header = "Write a model's weights and a runnable PyTorch model.",
    description = {
      "",
      "DIR then holds model.safetensors, model.pt (a state_dict), model.torchscript.pt, model.py and"
          + " conversion.json, which says where every tensor comes from.",
      "",
      "Example: tf2torch convert saved_model -o out",
      ""
    })
final class ConvertCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConvertOptionsMixin arguments;

  @Option(names = "--json", description = "print conversion.json instead of a summary")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    ConvertOptions options = arguments.options();
    PrintWriter err = spec.commandLine().getErr();
    Conversion conversion;
    try (Source source = arguments.source().open();
        TerminalProgress progress = new TerminalProgress(err)) {
      conversion = Converter.convert(source, arguments.output(), options, progress);
    }
    conversion.notes().forEach(n -> err.println("tf2torch: " + n));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(ConversionFile.describe(conversion, options).toPrettyString());
    } else {
      out.print(ConversionSummary.of(conversion));
    }
    out.flush();
    return ExitStatus.MATCH;
  }
}
