package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfSource;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.read.bundle.Checkpoint;
import io.github.tf2torch.read.graph.FrozenGraph;
import io.github.tf2torch.read.graph.MetaGraph;
import io.github.tf2torch.read.graph.SavedModel;
import io.github.tf2torch.read.keras.KerasFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A format that is read, and how it is known.
 *
 * @param name as messages call it
 * @param choices the options of reading that mean something here
 */
record SourceFormat(String name, Set<String> choices, Recognition recognises, Opening opening) {
  private static final String SIGNATURE = "--signature";
  private static final String TAGS = "--tags";
  private static final String STEP = "--step";
  private static final String ENDS = "--graph-inputs and --graph-outputs";

  SourceFormat {
    choices = Set.copyOf(choices);
  }

  /** Opens it; a choice that would choose nothing is refused. */
  TfSource open(Path path, ReadOptions options) throws IOException {
    refuse(path, SIGNATURE, options.signature().isPresent());
    refuse(path, TAGS, !options.tags().isEmpty());
    refuse(path, STEP, options.step().isPresent());
    refuse(path, ENDS, !options.inputs().isEmpty() || !options.outputs().isEmpty());
    try {
      return opening.open(path, options);
    } catch (AccessDeniedException e) {
      throw new DamagedFile(
          e.getMessage()
              + ": may not be read (permission denied); ask for the right to, or copy it",
          e);
    }
  }

  private void refuse(Path path, String choice, boolean isGiven) {
    if (isGiven && !choices.contains(choice)) {
      throw new BadRequest(
          path
              + ": there is nothing that "
              + choice
              + " would choose in a "
              + name
              + "; leave it out");
    }
  }

  /** In the order in which they are tried: what is told by a name comes before what is not. */
  static List<SourceFormat> all() {
    return List.of(
        new SourceFormat(
            "SavedModel folder", Set.of(SIGNATURE, TAGS), SavedModel::recognises, SavedModel::open),
        new SourceFormat(
            "training graph (.meta)",
            Set.of(SIGNATURE, STEP, ENDS),
            MetaGraph::recognises,
            MetaGraph::open),
        new SourceFormat(
            "checkpoint", Set.of(SIGNATURE, STEP, ENDS), Checkpoint::recognises, Checkpoint::open),
        new SourceFormat("Keras file", Set.of(), KerasFile::recognises, KerasFile::open),
        new SourceFormat(
            "frozen graph (.pb, .pbtxt)",
            Set.of(SIGNATURE, ENDS),
            FrozenGraph::recognises,
            FrozenGraph::open));
  }

  /** Answers from the bytes that are there; throws nothing but for what can't be read at all. */
  interface Recognition {
    boolean test(Path path) throws IOException;
  }

  interface Opening {
    TfSource open(Path path, ReadOptions options) throws IOException;
  }
}
