package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.io.OutputFolder;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.read.torch.StateDictFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.WayBack;
import io.github.tf2torch.translate.Account;
import io.github.tf2torch.write.bundle.BundleWriter;
import io.github.tf2torch.write.pass.Checksums;
import io.github.tf2torch.write.pass.WritePass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A checkpoint of TensorFlow's that was made of what a conversion wrote: the original names, the
 * original layout, the values that PyTorch has now.
 *
 * @param prefix of the checkpoint
 * @param from the files that were read
 * @param left variables of the source that are in none of them, and why
 * @param notes what is not as it was: rounded, of another type, not read
 */
public record BackConversion(
    Path prefix,
    List<Path> from,
    List<Written> variables,
    List<Account.Dropped> left,
    List<String> notes) {
  private static final String OPTIMIZER = "optimizer.pt";

  /**
   * A variable that is in the checkpoint.
   *
   * @param recipe of tensors in {@code model/} and {@code optimizer/}; its name where it is strings
   */
  public record Written(
      String name, List<String> keys, DType dtype, String recipe, long bytes, String checksum) {
    public Written {
      keys = List.copyOf(keys);
    }
  }

  public BackConversion {
    from = List.copyOf(from);
    variables = List.copyOf(variables);
    left = List.copyOf(left);
    notes = List.copyOf(notes);
  }

  /**
   * Writes {@code PREFIX.index} and {@code PREFIX.data-00000-of-00001}; the index appears last, and
   * without it there is no checkpoint.
   *
   * @param path the folder of a conversion, or a file of tensors in one
   * @throws io.github.tf2torch.problem.Problem where the source or the request is at fault; nothing
   *     is written then
   */
  public static BackConversion write(Path path, Path prefix, Progress progress) throws IOException {
    Path target = prefix.toAbsolutePath().normalize();
    String name = String.valueOf(target.getFileName());
    if (Files.isDirectory(target)) {
      throw new BadRequest(
          target
              + ": is a folder; name a checkpoint in it with -o, such as "
              + target.resolve("model.ckpt"));
    }
    List<String> notes = new ArrayList<>(Converter.restore(path));
    ConvertedFolder folder = ConvertedFolder.open(path);
    Path optimizer = folder.folder().resolve(OPTIMIZER);
    boolean hasOptimizer = Files.isRegularFile(optimizer) && folder.hasSlots();
    Path model = folder.tensorFile();
    List<Path> from = new ArrayList<>(List.of(model));
    try (TensorsBeside tensors = new TensorsBeside();
        OutputFolder staging = OutputFolder.prepareFiles(prefix, BundleWriter.files(name))) {
      tensors.add(TensorFiles.open(folder.isRaw() ? folder.folder() : model), BackPlan.MODEL);
      Optional<StateDictFile> slots = Optional.empty();
      if (hasOptimizer) {
        StateDictFile file = StateDictFile.open(optimizer);
        tensors.add(file, BackPlan.OPTIMIZER);
        slots = Optional.of(file);
        from.add(optimizer);
      }
      BackPlan plan = BackPlan.of(folder, tensors, slots);
      notes.addAll(staging.messages());
      notes.addAll(plan.notes());
      notes.addAll(rounded(plan));
      refuseContradictions(plan, tensors);
      List<BundleWriter.Entry> entries = new ArrayList<>(tensors(plan));
      entries.addAll(strings(folder, tensors));
      if (entries.isEmpty()) {
        throw new BadRequest(
            folder.file() + ": leads to none of the source's variables; nothing would be written");
      }
      BundleWriter writer = new BundleWriter(staging.staging(), name, entries);
      Map<TensorExpr, Checksums> written =
          new WritePass(
                  WritePass.Options.defaults()
                      .withListener((done, total) -> progress.step("writing " + name, done, total)))
              .run(List.of(writer.data()), tensors);
      writer.writeIndex(written);
      staging.commit();
      return new BackConversion(prefix, from, written(plan, written), plan.left(), notes);
    }
  }

  private static List<BundleWriter.Entry> tensors(BackPlan plan) {
    List<BundleWriter.Entry> entries = new ArrayList<>();
    plan.ways()
        .forEach(
            (variable, ways) ->
                entries.add(
                    new BundleWriter.Entry.Tensor(
                        keys(variable), variable.dtype(), ways.get(0).recipe())));
    return entries;
  }

  private static List<String> keys(Variable variable) {
    List<String> keys = new ArrayList<>(List.of(variable.key()));
    variable.aliases().stream().filter(a -> !keys.contains(a)).forEach(keys::add);
    return keys;
  }

  /** Only variables that were written as they are stored come with strings. */
  private static List<BundleWriter.Entry> strings(ConvertedFolder folder, TensorsBeside tensors)
      throws IOException {
    List<BundleWriter.Entry> entries = new ArrayList<>();
    if (folder.isRaw()) {
      for (var node : folder.conversion().path("strings")) {
        String name = BackPlan.MODEL + node.asText();
        Variable variable =
            tensors
                .find(name)
                .orElseThrow(() -> new BadRequest(folder.file() + ": no strings \"" + name + "\""));
        entries.add(
            new BundleWriter.Entry.Strings(
                keys(variable), variable.shape(), tensors.strings(name)));
      }
    }
    return entries;
  }

  private static List<String> rounded(BackPlan plan) {
    List<String> notes = new ArrayList<>();
    plan.ways()
        .forEach(
            (variable, ways) -> {
              if (!ways.get(0).isExact()) {
                notes.add(
                    "\"%s\" is rounded: it is %s"
                        .formatted(variable.name(), ways.get(0).recipe().describe()));
              }
            });
    return notes;
  }

  /** What was one variable and has become several tensors has to be one still. */
  private static void refuseContradictions(BackPlan plan, TensorSource tensors) throws IOException {
    List<String> contradictions = new ArrayList<>();
    for (Map.Entry<Variable, List<WayBack.Way>> entry : plan.ways().entrySet()) {
      List<TensorExpr> exact =
          entry.getValue().stream().filter(WayBack.Way::isExact).map(WayBack.Way::recipe).toList();
      for (TensorExpr other : exact.subList(Math.min(1, exact.size()), exact.size())) {
        if (checksum(exact.get(0), tensors) != checksum(other, tensors)) {
          contradictions.add(
              "\"%s\" was one variable; %s and %s differ now"
                  .formatted(entry.getKey().name(), exact.get(0).describe(), other.describe()));
        }
      }
    }
    if (!contradictions.isEmpty()) {
      throw new io.github.tf2torch.problem.UnmappedVariable(String.join("\n", contradictions));
    }
  }

  private static long checksum(TensorExpr recipe, TensorSource tensors) throws IOException {
    CRC32C crc = new CRC32C();
    Evaluation.stream(recipe, tensors, crc::update);
    return crc.getValue();
  }

  private static List<Written> written(BackPlan plan, Map<TensorExpr, Checksums> checksums) {
    List<Written> all = new ArrayList<>();
    plan.ways()
        .forEach(
            (variable, ways) -> {
              TensorExpr recipe = ways.get(0).recipe();
              all.add(
                  new Written(
                      variable.name(),
                      keys(variable),
                      variable.dtype(),
                      recipe.describe(),
                      variable.bytes(),
                      Objects.requireNonNull(checksums.get(recipe)).crc32c()));
            });
    return all;
  }

  /** What {@code convert --back --json} prints. */
  public ObjectNode toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("checkpoint", prefix.toString());
    root.set("from", ConversionFile.strings(from.stream().map(Path::toString).toList()));
    ArrayNode all = root.putArray("variables");
    for (Written variable : variables) {
      ObjectNode node = all.addObject().put("name", variable.name());
      node.set("keys", ConversionFile.strings(variable.keys()));
      node.put("dtype", variable.dtype().torchName())
          .put("recipe", variable.recipe())
          .put("checksum", variable.checksum());
    }
    ArrayNode missing = root.putArray("left");
    left.forEach(d -> missing.addObject().put("name", d.name()).put("reason", d.reason()));
    root.set("notes", ConversionFile.strings(notes));
    return root;
  }
}
