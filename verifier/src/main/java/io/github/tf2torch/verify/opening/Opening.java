package io.github.tf2torch.verify.opening;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.convert.ConversionFile;
import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.translate.Translation;
import io.github.tf2torch.verify.engine.RoundedConstants;
import io.github.tf2torch.verify.inputs.WholeNumbers;
import io.github.tf2torch.verify.subject.KerasSide;
import io.github.tf2torch.verify.subject.SourceGraph;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Opens what a request names: what a conversion left, or a PyTorch model of the user's own. */
public final class Opening {
  private Opening() {}

  /**
   * Opens it with its source.
   *
   * @throws io.github.tf2torch.problem.Problem where the source, the folder or the request is at
   *     fault
   */
  public static Subject of(VerifyRequest request) throws IOException {
    if (request.torch().own().isPresent()) {
      return OwnSubject.open(request, request.torch().own().get());
    }
    JsonNode conversion = conversion(request.torch().directory());
    ConvertOptions options =
        ConvertOptions.fromJson(conversion.path("options")).withPlugins(request.torch().plugins());
    Source source = PortedSource.open(request, conversion);
    try {
      TfModel read = source.model();
      Translation translation = Converter.translate(read, options);
      Subject subject =
          new Subject(
              request,
              source,
              read,
              translation,
              checksums(conversion),
              Map.of(),
              UnaryOperator.identity(),
              Optional.empty(),
              graph(source, translation.folded()));
      if (request.inputs().trace().isPresent()) {
        return subject.withTensorflow(
            read, translation, TraceInputs.of(request, translation), subject.sourceGraph());
      }
      return KerasSide.isOf(read)
          ? KerasSubject.of(subject)
          : subject.withTensorflow(
              read,
              translation,
              Subject.inputs(request, read, WholeNumbers.bounds(read)),
              subject.sourceGraph());
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** What a folder says of its conversion, where that can be verified. */
  private static JsonNode conversion(Path directory) throws IOException {
    Path file = directory.resolve(ConversionFile.NAME);
    if (!Files.isRegularFile(file)) {
      throw new BadRequest(
          directory + ": holds no " + ConversionFile.NAME + "; convert into it first");
    }
    JsonNode conversion = parse(file);
    if (conversion.path("options").path("raw").asBoolean()) {
      throw new BadRequest(
          directory
              + ": holds variables as stored (--raw) and no model; compare it with its source by"
              + " diff, or convert without --raw and verify that");
    }
    if (conversion.path("options").has("dtype")) {
      throw new BadRequest(
          directory
              + ": was written in "
              + conversion.path("options").path("dtype").asText()
              + " (--dtype), and float32 is what is verified; verify a conversion without it");
    }
    if (conversion.path("options").path("ema").asBoolean()) {
      throw new BadRequest(
          directory
              + ": holds moving averages (--ema), and TensorFlow's graph runs the variables"
              + " themselves; verify a conversion without it");
    }
    if (!Files.isRegularFile(directory.resolve(Subject.WEIGHTS))
        && Files.isRegularFile(directory.resolve("model.safetensors.index.json"))) {
      throw new BadRequest(
          directory
              + ": its safetensors are in several files, which are not verified; convert without"
              + " --max-shard-size, and verify that");
    }
    return conversion;
  }

  /** What the conversion holds as numbers are numbers there as well. */
  private static SourceGraph graph(Source source, Set<String> folded) {
    SourceGraph graph = SourceGraph.of(source);
    return folded.isEmpty() ? graph : graph.with(g -> RoundedConstants.marked(g, folded));
  }

  private static JsonNode parse(Path file) throws IOException {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new DamagedFile(file + ": no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static Map<String, String> checksums(JsonNode conversion) {
    Map<String, String> checksums = new LinkedHashMap<>();
    for (JsonNode tensor : conversion.path("tensors")) {
      if (tensor.path("checksum").isTextual()) {
        checksums.put(tensor.path("name").asText(), tensor.path("checksum").asText());
      }
    }
    return checksums;
  }
}
