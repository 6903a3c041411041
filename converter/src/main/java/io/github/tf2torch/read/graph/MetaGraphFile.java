package io.github.tf2torch.read.graph;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.github.tf2torch.io.ForeignBytes;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.tensorflow.proto.MetaGraphDef;

/** The file that a TF1 saver writes beside a checkpoint: {@code PREFIX.meta} (meta_graph.proto). */
final class MetaGraphFile {
  private static final String SUFFIX = ".meta";

  /** A MetaGraphDef is one protocol buffer message, which none of 2 GiB is. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8L;

  private static final int HEAD_CHARACTERS = 256;
  private static final Pattern TEXT =
      Pattern.compile(
          "(\\s|#[^\\n]*\\n)*(meta_info_def|graph_def|saver_def|collection_def|signature_def)"
              + "\\s*:?\\s*[{<].*",
          Pattern.DOTALL);

  private MetaGraphFile() {}

  static boolean recognises(Path path) {
    return String.valueOf(path.getFileName()).endsWith(SUFFIX) && Files.isRegularFile(path);
  }

  /** Of the checkpoint that it was written with. */
  static Path prefix(Path path) {
    String name = String.valueOf(path.getFileName());
    return path.resolveSibling(name.substring(0, name.length() - SUFFIX.length()));
  }

  static MetaGraphDef read(Path path) throws IOException {
    if (Files.size(path) > MOST_BYTES) {
      throw new UnsupportedFile(
          "%s: %d bytes, more than a MetaGraphDef can have".formatted(path, Files.size(path)));
    }
    byte[] bytes = Files.readAllBytes(path);
    MetaGraphDef read = parse(path, bytes);
    if (read.getGraphDef().getNodeCount() == 0) {
      throw new DamagedFile(
          path + ": holds no graph; " + what(bytes, "it is no .meta of a saver, or is damaged"));
    }
    return read.toBuilder().setGraphDef(FreeShapes.of(read.getGraphDef())).build();
  }

  private static MetaGraphDef parse(Path path, byte[] bytes) {
    String head =
        new String(bytes, 0, Math.min(bytes.length, HEAD_CHARACTERS), StandardCharsets.ISO_8859_1);
    try {
      if (!TEXT.matcher(head).matches()) {
        return MetaGraphDef.parseFrom(bytes);
      }
      MetaGraphDef.Builder text = MetaGraphDef.newBuilder();
      TextFormat.merge(new String(bytes, StandardCharsets.UTF_8), text);
      return text.build();
    } catch (InvalidProtocolBufferException | TextFormat.ParseException e) {
      String found =
          "%d bytes that are no MetaGraphDef (%s); the file is damaged or truncated"
              .formatted(bytes.length, TextMessage.shortened(e));
      throw new DamagedFile(path + ": " + what(bytes, found), e);
    }
  }

  private static String what(byte[] bytes, String otherwise) {
    return ForeignBytes.in(bytes)
        .map(f -> "is " + f.description() + "; " + f.advice())
        .orElse(otherwise);
  }
}
