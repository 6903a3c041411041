package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.interop.InteropScript;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.write.torchscript.StepWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every update rule in libtorch steps as its class in Python, and as torch.optim where stock. */
class StepInPythonTest {
  @TempDir Path folder;

  @Test
  void stepsOfTorchScriptAreThoseOfPython() throws Exception {
    InteropScript.python();
    JsonNode cases = TrainedSources.read(folder).path("cases");
    List<Path> folders = new ArrayList<>();
    Iterator<Map.Entry<String, JsonNode>> all = cases.fields();
    while (all.hasNext()) {
      String path = all.next().getValue().path("source").asText();
      Path out = folder.resolve("out").resolve(path.substring(0, path.indexOf('/')));
      Files.createDirectories(out.getParent());
      convert(folder.resolve(path), out);
      folders.add(out);
    }
    InteropScript.run(folder, "check_steps.py", folders.toArray());
  }

  private static void convert(Path path, Path out) throws IOException {
    ConvertOptions options =
        ConvertOptions.defaults()
            .withTargets(Set.of(Target.STATE_DICT, Target.PYTHON, Target.OPTIMIZER));
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
