package io.github.tf2torch.read.bundle;

import com.google.protobuf.TextFormat;
import io.github.tf2torch.problem.DamagedFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code checkpoint} of a folder (checkpoint_state.proto): which of its checkpoints is the
 * latest, and which others were kept.
 */
record CheckpointStateFile(String latest, List<String> all) {
  static final String NAME = "checkpoint";

  /** A state file lists a few paths; what is larger is something else. */
  private static final long MOST_BYTES = 1 << 20;

  /** TensorFlow's Java library lacks this one message; its text has a field a line. */
  private static final Pattern PATH =
      Pattern.compile(
          "(?m)^\\s*(?<key>model_checkpoint_path|all_model_checkpoint_paths)\\s*:\\s*"
              + "\"(?<path>(?:[^\"\\\\]|\\\\.)*)\"");

  CheckpointStateFile {
    all = List.copyOf(all);
  }

  static Optional<CheckpointStateFile> in(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(Files.readString(file, StandardCharsets.UTF_8)));
    } catch (TextFormat.InvalidEscapeSequenceException | CharacterCodingException e) {
      throw new DamagedFile(
          file + ": does not say which checkpoint is the latest: " + e.getMessage(), e);
    }
  }

  private static CheckpointStateFile parse(String text)
      throws TextFormat.InvalidEscapeSequenceException {
    String latest = "";
    List<String> all = new ArrayList<>();
    Matcher paths = PATH.matcher(text);
    while (paths.find()) {
      String path = TextFormat.unescapeBytes(paths.group("path")).toStringUtf8();
      if (paths.group("key").equals("model_checkpoint_path")) {
        latest = path;
      } else {
        all.add(path);
      }
    }
    return new CheckpointStateFile(latest, all);
  }
}
