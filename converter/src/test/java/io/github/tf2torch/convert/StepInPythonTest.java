package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.write.torchscript.StepWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every update rule in libtorch steps as its class in Python, and as torch.optim where stock. */
class StepInPythonTest {
  @TempDir Path folder;

  @Test
  void stepsOfTorchScriptAreThoseOfPython() throws Exception {
    String python = System.getenv().getOrDefault("TF2TORCH_PYTHON", "");
    Assumptions.assumeFalse(
        python.isEmpty(), "TF2TORCH_PYTHON names no interpreter: interop test skipped");
    JsonNode cases = TrainedSources.read(folder).path("cases");
    List<String> command = new ArrayList<>(List.of(python, "../interop/check_steps.py"));
    Iterator<Map.Entry<String, JsonNode>> all = cases.fields();
    while (all.hasNext()) {
      String path = all.next().getValue().path("source").asText();
      Path out = folder.resolve("out").resolve(path.substring(0, path.indexOf('/')));
      Files.createDirectories(out.getParent());
      convert(folder.resolve(path), out);
      command.add(out.toString());
    }
    File log = folder.resolve("check_steps.log").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log.toPath())).isZero();
  }

  private static void convert(Path path, Path out) throws IOException {
    ConvertOptions all = ConvertOptions.defaults();
    ConvertOptions options =
        new ConvertOptions(
            all.className(),
            all.channelsLastInputs(),
            all.channelsLastOutputs(),
            Set.of(Target.STATE_DICT, Target.PYTHON, Target.OPTIMIZER),
            false);
    try (Source source = Source.open(path)) {
      Conversion conversion = Converter.convert(source, out, options, Progress.silent());
      TorchOptimizer optimizer = (TorchOptimizer) conversion.optimizer().orElseThrow();
      for (int i = 0; i < optimizer.groups().size(); i++) {
        UpdateRule rule = optimizer.rule().in(optimizer.groups().get(i).settings());
        StepWriter.write(rule, out.resolve("step_" + i + ".pt"));
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode told = mapper.createObjectNode();
        rule.state().forEach(s -> told.withArray("state").add(s.name()));
        told.withArray("state");
        told.withArray("numbers");
        rule.numbers().forEach(n -> told.withArray("numbers").add(n));
        mapper.writeValue(out.resolve("step_" + i + ".json").toFile(), told);
      }
    }
  }
}
