package io.github.tf2torch.verify.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.read.torch.SafetensorsEntry;
import io.github.tf2torch.read.torch.SafetensorsFile;
import io.github.tf2torch.verify.report.Report;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** The sample's conversion in a folder of its own, and errors to plant in it. */
public record Ported(Path folder) {
  static final Path SOURCE = Path.of("..", "samples", "mnist-cnn", "saved_model");

  public static Ported into(Path folder) throws IOException {
    try (Source source = Source.open(SOURCE)) {
      Converter.convert(source, folder, ConvertOptions.defaults(), Progress.silent());
    }
    return new Ported(folder);
  }

  public VerifyRequest request(String... checks) {
    return VerifyRequest.of(SOURCE, folder, InputChoice.drawn(1, 2, 64), Set.of(checks));
  }

  Report verify(String... checks) throws IOException {
    return Verification.run(request(checks), Progress.silent());
  }

  /** Makes a float32 tensor of model.safetensors 1 % larger. */
  void enlargeInSafetensors(String tensor) throws IOException {
    Path file = folder.resolve("model.safetensors");
    SafetensorsEntry entry = entry(tensor);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(entry.size()));
      channel.read(bytes, entry.offset());
      enlarge(bytes.flip());
      channel.write(bytes.rewind(), entry.offset());
    }
  }

  /** Writes the checksum that a tensor of model.safetensors has into conversion.json. */
  void adjustChecksum(String tensor) throws IOException {
    Path file = folder.resolve("conversion.json");
    ObjectMapper json = new ObjectMapper();
    JsonNode conversion = json.readTree(file.toFile());
    try (SafetensorsFile weights = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      for (JsonNode node : conversion.path("tensors")) {
        if (node.path("name").asText().equals(tensor)) {
          ((ObjectNode) node).put("checksum", weights.checksum(tensor));
        }
      }
    }
    json.writeValue(file.toFile(), conversion);
  }

  /** Makes the same tensor of a .pt file 1 % larger; the zip's own checksums are right. */
  public void enlargeInArchive(String fileName, String tensor) throws IOException {
    Path file = folder.resolve(fileName);
    ByteBuffer original;
    try (SafetensorsFile weights = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      original = ByteBuffer.allocate(Math.toIntExact(entry(tensor).size()));
      weights.read(tensor, 0, original);
    }
    Map<String, byte[]> entries = entries(file);
    byte[] changed =
        entries.values().stream()
            .filter(b -> ByteBuffer.wrap(b).equals(original.rewind()))
            .findFirst()
            .orElseThrow();
    enlarge(ByteBuffer.wrap(changed));
    write(entries, file);
  }

  /** Changes the bytes of one entry of an archive. */
  void change(String fileName, String entry, Consumer<byte[]> change) throws IOException {
    Path file = folder.resolve(fileName);
    Map<String, byte[]> entries = entries(file);
    change.accept(entries.get(entry));
    write(entries, file);
  }

  private static Map<String, byte[]> entries(Path file) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  private static void write(Map<String, byte[]> entries, Path file) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        ZipEntry stored = new ZipEntry(entry.getKey());
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(entry.getValue().length);
        stored.setCrc(crc.getValue());
        zip.putNextEntry(stored);
        zip.write(entry.getValue());
      }
    }
  }

  private SafetensorsEntry entry(String tensor) throws IOException {
    try (SafetensorsFile weights = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      return weights.entries().get(tensor);
    }
  }

  private static void enlarge(ByteBuffer bytes) {
    FloatBuffer floats = bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    for (int i = 0; i < floats.limit(); i++) {
      floats.put(i, floats.get(i) * 1.01f);
    }
  }
}
