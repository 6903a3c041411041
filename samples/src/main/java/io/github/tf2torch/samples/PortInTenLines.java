package io.github.tf2torch.samples;

import io.github.tf2torch.convert.Conversion;
import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import java.io.IOException;
import java.nio.file.Path;

/** The library API: convert a SavedModel and say where each tensor comes from. */
public final class PortInTenLines {
  private PortInTenLines() {}

  public static void main(String[] arguments) throws IOException {
    try (Source source = Source.open(Path.of(arguments[0]))) {
      Conversion conversion =
          Converter.convert(
              source, Path.of(arguments[1]), ConvertOptions.defaults(), Progress.silent());
      conversion
          .translation()
          .model()
          .tensors()
          .forEach(t -> System.out.println(t.name() + " = " + t.recipe().describe()));
    }
  }
}
