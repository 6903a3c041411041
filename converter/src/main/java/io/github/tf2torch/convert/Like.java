package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.read.torch.TorchFiles;
import io.github.tf2torch.rules.mapping.RuleFile;
import io.github.tf2torch.translate.Translation;
import io.github.tf2torch.translate.mapping.IntoModel;
import io.github.tf2torch.translate.mapping.ParameterOrder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The PyTorch model that a conversion is to fill.
 *
 * @param target a {@code state_dict}, safetensors, or a folder of the transformers library
 * @param rules a file of rules or the name of a shipped set; where empty, a set that fits is chosen
 * @param parameterOrder a file with the names of the model's parameters, one a line, where the
 *     target does not have their order
 */
public record Like(Path target, Optional<String> rules, Optional<Path> parameterOrder) {
  private static final long LONGEST_ORDER = 1 << 24;

  /** In the order of the target. */
  public Like(Path target, Optional<String> rules) {
    this(target, rules, Optional.empty());
  }

  /** The source with its computation where that can be read, else its variables. */
  static TfModel model(Source source) throws IOException {
    try {
      return source.model();
    } catch (UnsupportedFile | UnsupportedOperation | BadRequest e) {
      ReadOptions options = source.options();
      boolean isChosen =
          options.signature().isPresent()
              || !options.inputs().isEmpty()
              || !options.outputs().isEmpty();
      if (isChosen && e instanceof BadRequest) {
        throw e;
      }
      return source.variables();
    }
  }

  Translation translate(TfModel model, String className) throws IOException {
    Optional<RuleFile> chosen =
        rules.isPresent() ? Optional.of(ShippedRules.named(rules.get())) : Optional.empty();
    try (TensorFile file = open()) {
      return IntoModel.translate(model, file, chosen, ShippedRules.all(), className);
    }
  }

  /** What an optimizer steps, of the tensors that were filled. */
  ParameterOrder parameters(TfModel model, TorchModel filled) throws IOException {
    try (TensorFile file = open()) {
      return parameterOrder.isPresent()
          ? ParameterOrder.ofNames(model, filled, file, names(parameterOrder.get()), place())
          : ParameterOrder.ofTarget(model, filled, file);
    }
  }

  private String place() {
    return parameterOrder.map(Path::toString).orElse("");
  }

  private static List<String> names(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BadRequest("--parameter-order " + file + ": there is no such file");
    }
    if (Files.size(file) > LONGEST_ORDER) {
      throw new BadRequest(file + ": is longer than any list of parameters (16 MiB)");
    }
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private TensorFile open() throws IOException {
    if (!Files.exists(target)) {
      throw new DamagedFile(target + ": there is no such file or folder for --like");
    }
    return TorchFiles.open(target)
        .orElseThrow(
            () ->
                new UnsupportedFile(
                    target
                        + ": is nothing of PyTorch's; --like takes a state_dict (.pt, .bin),"
                        + " safetensors, its index, or the folder of a transformers model"));
  }

  void write(ObjectNode options) {
    options.put("like", target.toString());
    rules.ifPresent(r -> options.put("rules", r));
    parameterOrder.ifPresent(o -> options.put("parameter_order", o.toString()));
  }

  static Optional<Like> read(JsonNode options) {
    return options.has("like")
        ? Optional.of(
            new Like(
                Path.of(options.path("like").asText()),
                Optional.ofNullable(options.get("rules")).map(JsonNode::asText),
                Optional.ofNullable(options.get("parameter_order")).map(o -> Path.of(o.asText()))))
        : Optional.empty();
  }
}
