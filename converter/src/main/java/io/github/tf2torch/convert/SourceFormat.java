package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfSource;
import io.github.tf2torch.read.bundle.Checkpoint;
import io.github.tf2torch.read.graph.FrozenGraph;
import io.github.tf2torch.read.graph.MetaGraph;
import io.github.tf2torch.read.graph.SavedModel;
import io.github.tf2torch.read.keras.KerasFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A format that is read, and how it is known.
 *
 * @param name as messages call it
 */
record SourceFormat(String name, Recognition recognises, Opening opening) {
  /** In the order in which they are tried: what is told by a name comes before what is not. */
  static List<SourceFormat> all() {
    return List.of(
        new SourceFormat("SavedModel folder", SavedModel::recognises, SavedModel::open),
        new SourceFormat("training graph (.meta)", MetaGraph::recognises, MetaGraph::open),
        new SourceFormat("checkpoint", Checkpoint::recognises, Checkpoint::open),
        new SourceFormat("Keras file", KerasFile::recognises, KerasFile::open),
        new SourceFormat("frozen graph (.pb, .pbtxt)", FrozenGraph::recognises, FrozenGraph::open));
  }

  /** Answers from the bytes that are there; throws nothing but for what can't be read at all. */
  interface Recognition {
    boolean test(Path path) throws IOException;
  }

  interface Opening {
    TfSource open(Path path, ReadOptions options) throws IOException;
  }
}
