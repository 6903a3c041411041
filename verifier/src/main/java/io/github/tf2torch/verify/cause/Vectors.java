package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two vectors of a layer in each other's place, such as a normalization's gamma and beta, or the
 * two biases of a GRU; and one that is there twice, as a bias that both {@code bias_ih} and {@code
 * bias_hh} hold.
 */
final class Vectors implements Pitfall {
  @Override
  public Stream<Candidate> of(Stretch stretch) {
    List<TorchModel.Tensor> vectors =
        stretch.tensors().stream().filter(t -> t.recipe().shape().rank() == 1).toList();
    List<Candidate> all = new ArrayList<>();
    for (TorchModel.Tensor a : vectors) {
      for (TorchModel.Tensor b : vectors) {
        if (a.name().compareTo(b.name()) < 0 && a.recipe().shape().equals(b.recipe().shape())) {
          all.add(
              stretch.remade(
                  "exchange",
                  a.name() + " and " + b.name() + " are in each other's place",
                  t ->
                      t.name().equals(a.name())
                          ? b.recipe()
                          : t.name().equals(b.name()) ? a.recipe() : t.recipe()));
        }
      }
    }
    vectors.stream().filter(t -> t.name().contains("bias")).forEach(t -> absent(stretch, t, all));
    return all.stream();
  }

  private static void absent(Stretch stretch, TorchModel.Tensor bias, List<Candidate> all) {
    all.add(
        stretch.remade(
            "bias",
            bias.name() + " is no bias of TensorFlow's, or is added a second time: fill it with 0",
            bias.name(),
            r -> new TensorExpr.Fill(r.dtype(), r.shape(), 0)));
  }
}
