package io.github.tf2torch.model.source;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a reader has opened: a checkpoint, a graph, a Keras file. Nothing of its variables is in
 * memory; the files stay open until {@link #close}. May be used by several threads.
 */
public interface TfSource extends Closeable {
  Provenance provenance();

  /** As stored, sorted by name; empty where the format knows none. */
  List<Signature> signatures();

  /**
   * The whole of it: variables, and the computation and optimizers where the source has them.
   *
   * @throws io.github.tf2torch.problem.Problem where the file is damaged, not supported, or doesn't
   *     have what the options ask for
   */
  TfModel model() throws IOException;

  /**
   * Variables alone, for those who compute nothing; says nothing against a computation that can't
   * be read.
   */
  default TfModel variables() throws IOException {
    return model();
  }

  /**
   * What its training makes smaller; empty where it does not train.
   *
   * @param results the model's, in the order of its signature, with what is known of their shapes
   * @throws io.github.tf2torch.problem.Problem where the loss is of more than results, labels and
   *     sums over weights
   */
  default Optional<Loss> loss(List<Signature.Tensor> results) throws IOException {
    return Optional.empty();
  }

  /** What there is to see of it before anything is chosen: the model where it is clear which. */
  default TfModel overview() throws IOException {
    return model();
  }
}
