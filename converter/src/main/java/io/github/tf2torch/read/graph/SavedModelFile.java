package io.github.tf2torch.read.graph;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.tf2torch.io.ForeignBytes;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/** The file {@code saved_model.pb} or {@code saved_model.pbtxt} of a SavedModel's folder. */
final class SavedModelFile {
  private static final String BINARY = "saved_model.pb";
  private static final String TEXT = "saved_model.pbtxt";

  /** The format's version and nothing else (tensorflow_hub/module_def.proto). */
  private static final String HUB_MODULE = "tfhub_module.pb";

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

  /**
   * Its graphs.
   *
   * @throws DamagedFile where there is none
   */
  static List<MetaGraphDef> read(Path folder) throws IOException {
    Path file = folder.resolve(Files.isRegularFile(folder.resolve(BINARY)) ? BINARY : TEXT);
    List<MetaGraphDef> graphs = parse(file).getMetaGraphsList();
    if (graphs.isEmpty()) {
      throw new DamagedFile(file + ": holds no graph; the file is no SavedModel, or is damaged");
    }
    return graphs;
  }

  /** Whether TensorFlow Hub's library of TF1 wrote the folder: its mark lies in it. */
  static boolean isHubModule(Path folder) {
    return Files.isRegularFile(folder.resolve(HUB_MODULE));
  }

  /** Large constants stay in the file. */
  private static SavedModel parse(Path file) throws IOException {
    ForeignBytes.refuse(file, Set.of());
    if (!file.endsWith(BINARY)) {
      return TextMessage.read(file, SavedModel.newBuilder()).build();
    }
    try {
      return (SavedModel)
          MessageFile.read(file, SavedModel.getDefaultInstance(), MessageFile.Limits.USUAL);
    } catch (InvalidProtocolBufferException e) {
      throw new DamagedFile(
          "%s: %d bytes that are no SavedModel message (%s); the file is damaged or truncated"
              .formatted(file, Files.size(file), e.getMessage()),
          e);
    }
  }
}
