package io.github.tf2torch.convert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.io.CrcText;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.read.torch.StateDictFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * What a conversion wrote, and what it says of it.
 *
 * @param folder where {@code conversion.json} is
 * @param named the file of tensors to take, where one was named
 */
record ConvertedFolder(Path folder, Optional<Path> named, JsonNode conversion) {
  /** In the order of choice. */
  private static final List<String> TENSORS =
      List.of("model.safetensors", "model.safetensors.index.json", "model.pt");

  private static final int READ_BYTES = 1 << 20;

  /**
   * A tensor that the conversion wrote.
   *
   * @param name for people
   * @param path within its file
   * @param sources the variables that it was made of, where it is written down
   */
  record Recorded(
      String name,
      String path,
      DType dtype,
      Shape shape,
      String recipe,
      Optional<Set<String>> sources) {}

  /** Takes the folder of a conversion, or a file of tensors in one. */
  static ConvertedFolder open(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    boolean isFolder = Files.isDirectory(absolute);
    Path folder = isFolder ? absolute : absolute.getParent();
    if (folder == null || !Files.exists(absolute)) {
      throw new DamagedFile(path + ": nothing is there");
    }
    Path file = folder.resolve(ConversionFile.NAME);
    if (!Files.isRegularFile(file)) {
      throw new BadRequest(
          path
              + ": no "
              + ConversionFile.NAME
              + " says where its tensors come from; --back needs a folder that convert wrote, or a"
              + " file in one");
    }
    try {
      JsonNode json = new ObjectMapper().readTree(file.toFile());
      if (!json.path("tensors").isArray()) {
        throw new DamagedFile(file + ": lists no \"tensors\", as each that convert writes does");
      }
      return new ConvertedFolder(folder, isFolder ? Optional.empty() : Optional.of(path), json);
    } catch (JsonProcessingException e) {
      throw new DamagedFile(file + ": no JSON: " + e.getOriginalMessage(), e);
    }
  }

  Path file() {
    return folder.resolve(ConversionFile.NAME);
  }

  boolean isRaw() {
    return conversion.path("options").path("raw").asBoolean();
  }

  /** All that the source held, so far as the conversion wrote it down. */
  List<Variable> variables() {
    JsonNode all = conversion.path(isRaw() ? "tensors" : "variables");
    if (all.isMissingNode()) {
      throw new BadRequest(
          file()
              + ": says nothing of the shapes of the source's variables, as earlier versions did"
              + " not; convert again");
    }
    return VariablesJson.read(all, file());
  }

  /** Numbers of the source that are in no other file. */
  Map<String, Double> numbers() {
    return VariablesJson.numbers(conversion.path("variables"));
  }

  /** What {@code file} says of them, where it is the optimizer's. */
  OptimizerNumbers numbers(StateDictFile file) {
    return new OptimizerNumbers(file.groups(), conversion.path("optimizer"));
  }

  List<Recorded> tensors() {
    List<Recorded> tensors = new ArrayList<>();
    for (JsonNode node : conversion.path("tensors")) {
      String name = node.path("name").asText();
      tensors.add(recorded(node, name, name));
    }
    return tensors;
  }

  boolean hasSlots() {
    return !state().isEmpty();
  }

  private JsonNode state() {
    return conversion.path("optimizer").path("state");
  }

  /** Of the optimizer, in an {@code optimizer.pt}. */
  List<Recorded> slots(StateDictFile file) {
    List<Recorded> slots = new ArrayList<>();
    boolean isCarried = conversion.path("optimizer").path("class").isNull();
    Optional<SlotPlaces> places = isCarried ? Optional.empty() : Optional.of(SlotPlaces.in(file));
    for (JsonNode node : state()) {
      String path = node.path("path").asText();
      String key = node.path("key").asText();
      String parameter = node.path("parameter").asText();
      slots.add(
          places.isEmpty()
              ? recorded(node, path, path)
              : recorded(
                  node,
                  key + " of " + parameter,
                  places.get().path(parameter, key).orElse(parameter + "." + key)));
    }
    return slots;
  }

  private Recorded recorded(JsonNode node, String name, String path) {
    DType dtype =
        DType.ofTorch(node.path("dtype").asText())
            .orElseThrow(
                () -> new DamagedFile(file() + ": \"" + name + "\" has no type that is known"));
    Optional<Set<String>> sources = Optional.empty();
    if (node.has("sources")) {
      Set<String> named = new LinkedHashSet<>();
      node.path("sources").forEach(s -> named.add(s.asText()));
      sources = Optional.of(named);
    }
    return new Recorded(
        name,
        path,
        dtype,
        VariablesJson.shape(node, file()),
        node.path("recipe").asText(),
        sources);
  }

  /**
   * The file to take the tensors from: the one that was named, or the only one that is there. Of
   * two, either, unless one was changed since.
   */
  Path tensorFile() throws IOException {
    if (named.isPresent()) {
      return named.get();
    }
    List<Path> there = TENSORS.stream().map(folder::resolve).filter(Files::isRegularFile).toList();
    if (there.isEmpty()) {
      throw new DamagedFile(folder + ": holds none of " + String.join(", ", TENSORS));
    }
    if (there.size() > 1) {
      List<Boolean> changed = new ArrayList<>();
      for (Path file : there) {
        changed.add(isChanged(file));
      }
      if (changed.stream().distinct().count() > 1) {
        throw new BadRequest(
            "%s: %s is as it was written, %s is not; name the file that is meant as the source"
                .formatted(
                    folder,
                    there.get(changed.indexOf(false)).getFileName(),
                    there.get(changed.indexOf(true)).getFileName()));
      }
    }
    return there.get(0);
  }

  private boolean isChanged(Path file) throws IOException {
    Map<String, String> checksums = new HashMap<>();
    conversion
        .path("tensors")
        .forEach(t -> checksums.put(t.path("name").asText(), t.path("checksum").asText()));
    try (TensorFile tensors = TensorFiles.open(file)) {
      for (Variable variable : tensors.variables()) {
        if (!checksum(variable, tensors).equals(checksums.get(variable.name()))) {
          return true;
        }
      }
    }
    return false;
  }

  private static String checksum(Variable variable, TensorFile file) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(READ_BYTES, variable.bytes()));
    for (long at = 0; at < variable.bytes(); at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), variable.bytes() - at));
      file.tensors().read(variable.name(), at, buffer);
      crc.update(buffer.flip());
    }
    return CrcText.of((int) crc.getValue());
  }
}
