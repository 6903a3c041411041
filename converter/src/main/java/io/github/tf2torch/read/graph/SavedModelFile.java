package io.github.tf2torch.read.graph;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.proto.MetaGraphDef;

/** The file {@code saved_model.pb} or {@code saved_model.pbtxt} of a SavedModel's folder. */
final class SavedModelFile {
  private static final String BINARY = "saved_model.pb";
  private static final String TEXT = "saved_model.pbtxt";
  private static final String SERVE = "serve";
  private static final byte[] LFS_POINTER =
      "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

  private SavedModelFile() {}

  static boolean isSavedModel(Path path) {
    if (Files.isDirectory(path)) {
      return Files.isRegularFile(path.resolve(BINARY)) || Files.isRegularFile(path.resolve(TEXT));
    }
    return Files.isRegularFile(path) && (path.endsWith(BINARY) || path.endsWith(TEXT));
  }

  /** The folder of a SavedModel that is named by itself or by its file. */
  static Path folder(Path path) {
    if (!Files.exists(path)) {
      throw new DamagedFile(path + ": there is no such file or folder");
    }
    Path parent = path.toAbsolutePath().getParent();
    Path folder = Files.isDirectory(path) || parent == null ? path : parent;
    if (Files.isRegularFile(folder.resolve(BINARY)) || Files.isRegularFile(folder.resolve(TEXT))) {
      return folder;
    }
    throw new UnsupportedFile(
        path + ": is no SavedModel: a folder with " + BINARY + " or " + TEXT + " is expected");
  }

  /** The graph with the tag {@code serve}, or the only one. */
  static MetaGraphDef read(Path folder) throws IOException {
    Path file = folder.resolve(Files.isRegularFile(folder.resolve(BINARY)) ? BINARY : TEXT);
    List<MetaGraphDef> graphs = parse(file, Files.readAllBytes(file)).getMetaGraphsList();
    if (graphs.isEmpty()) {
      throw new DamagedFile(file + ": holds no graph; the file is no SavedModel, or is damaged");
    }
    List<MetaGraphDef> serving =
        graphs.stream().filter(g -> g.getMetaInfoDef().getTagsList().contains(SERVE)).toList();
    List<MetaGraphDef> candidates = serving.isEmpty() ? graphs : serving;
    if (candidates.size() > 1) {
      throw new BadRequest(
          file
              + ": holds "
              + candidates.size()
              + " graphs, with the tags "
              + candidates.stream().map(g -> g.getMetaInfoDef().getTagsList().toString()).toList()
              + "; save the model with one that has the tag serve");
    }
    return candidates.get(0);
  }

  private static org.tensorflow.proto.SavedModel parse(Path file, byte[] bytes) {
    if (startsWith(bytes, LFS_POINTER)) {
      throw new DamagedFile(
          file + ": is a Git LFS pointer, not the file itself; run git lfs pull in its repository");
    }
    try {
      if (file.endsWith(BINARY)) {
        return org.tensorflow.proto.SavedModel.parseFrom(bytes);
      }
      org.tensorflow.proto.SavedModel.Builder text = org.tensorflow.proto.SavedModel.newBuilder();
      TextFormat.merge(new String(bytes, StandardCharsets.UTF_8), text);
      return text.build();
    } catch (InvalidProtocolBufferException | TextFormat.ParseException e) {
      throw new DamagedFile(
          "%s: %d bytes that are no SavedModel message (%s); the file is damaged or truncated"
              .formatted(file, bytes.length, e.getMessage()),
          e);
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && java.util.Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }
}
