package io.github.tf2torch.verify.translation;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.verify.check.Verification;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** TensorFlow and PyTorch on three images of one draw. */
final class BothEngines {
  private BothEngines() {}

  /** Converts the source into the folder and verifies what is there. */
  static Report port(Path source, ReadOptions read, Path folder) throws IOException {
    convert(source, read, folder);
    return verify(source, folder, Optional.empty(), Set.of("weights", "outputs", "layers"));
  }

  static void convert(Path source, ReadOptions read, Path folder) throws IOException {
    try (Source opened = Source.open(source, read)) {
      Converter.convert(opened, folder, ConvertOptions.defaults(), Progress.silent());
    }
  }

  static Report verify(Path source, Path folder, Optional<Path> inputs, Set<String> checks)
      throws IOException {
    VerifyRequest request =
        VerifyRequest.of(
            source, folder, new InputChoice(1, inputs, 3, 5, Optional.empty()), checks);
    return Verification.run(request, Progress.silent());
  }
}
