package io.github.tf2torch.verify.opening;

import io.github.tf2torch.read.torch.ScriptArchive;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.EngineSettings;
import io.github.tf2torch.verify.engine.ParameterGradients;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.verify.subject.OwnRunner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A TorchScript archive, run by libtorch. */
final class ScriptRunner implements OwnRunner {
  private final Path archive;
  private final ScriptArchive layout;
  private final int threads;
  private final Path folder;
  private Optional<EngineSettings> settings = Optional.empty();

  ScriptRunner(Path archive, ScriptArchive layout, int threads) throws IOException {
    this.archive = archive;
    this.layout = layout;
    this.threads = threads;
    this.folder = Files.createTempDirectory("tf2torch-own");
  }

  private Path widened() {
    return folder.resolve("float64.pt");
  }

  private Path inType(DType floatType) throws IOException {
    if (floatType != DType.FLOAT64) {
      return archive;
    }
    if (!Files.exists(widened())) {
      WidenedScript.write(archive, layout, widened());
    }
    return widened();
  }

  @Override
  public Map<String, TensorValue> outputs(DType floatType, List<TensorValue> inputs)
      throws IOException {
    try (TorchEngine engine = TorchEngine.open(inType(floatType), threads)) {
      settings = Optional.of(engine.settings());
      return engine.outputs(inputs);
    }
  }

  @Override
  public ParameterGradients gradients(
      DType floatType, List<TensorValue> inputs, Map<String, TensorValue> weights)
      throws IOException {
    try (TorchEngine engine = TorchEngine.openDifferentiable(inType(floatType), threads)) {
      return engine.gradients(inputs, weights);
    }
  }

  @Override
  public Optional<Path> archive(List<TensorValue> inputs) {
    return Optional.of(archive);
  }

  @Override
  public EngineSettings settings() {
    return settings.orElseThrow(() -> new EngineFailure("nothing has been run"));
  }

  /** As the code of its class has them. */
  @Override
  public Optional<List<String>> arguments() throws IOException {
    int dot = layout.className().lastIndexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    String file =
        layout.root() + "code/" + layout.className().substring(0, dot).replace('.', '/') + ".py";
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      ZipEntry entry = zip.getEntry(file);
      if (entry == null) {
        return Optional.empty();
      }
      try (InputStream in = zip.getInputStream(entry)) {
        String code = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return arguments(code, layout.className().substring(dot + 1));
      }
    }
  }

  private static Optional<List<String>> arguments(String code, String className) {
    int at = code.indexOf("class " + className + "(");
    Matcher forward =
        Pattern.compile("def forward\\(self[^,)]*((?:,\\s*[^,()]+)*)\\)").matcher(code);
    if (at < 0 || !forward.find(at)) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    for (String argument : forward.group(1).split(",")) {
      if (!argument.isBlank()) {
        names.add(argument.strip().split(":")[0].strip());
      }
    }
    return Optional.of(names);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(widened());
    Files.deleteIfExists(folder);
  }
}
