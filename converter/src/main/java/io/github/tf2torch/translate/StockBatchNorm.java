package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.nn.BiasedBatchNorm;
import io.github.tf2torch.model.target.nn.SteppedBatchNorm;
import java.util.ArrayList;
import java.util.List;

/** PyTorch's own batch normalization in the place of the subclass that follows TensorFlow's. */
public final class StockBatchNorm {
  private StockBatchNorm() {}

  /** The same program with {@code nn.BatchNorm} alone; what differs is told as lossy. */
  public static Translation chosen(Translation translation) {
    TorchModel model = translation.model();
    List<String> replaced = new ArrayList<>();
    List<String> together = new ArrayList<>();
    List<TorchModel.Instance> modules = new ArrayList<>();
    for (TorchModel.Instance instance : model.modules()) {
      if (instance.module() instanceof BiasedBatchNorm biased) {
        replaced.add(instance.path());
        modules.add(new TorchModel.Instance(instance.path(), biased.like()));
      } else if (instance.module() instanceof SteppedBatchNorm stepped) {
        together.add(instance.path());
        modules.add(new TorchModel.Instance(instance.path(), stepped.like()));
      } else {
        modules.add(instance);
      }
    }
    if (replaced.isEmpty() && together.isEmpty()) {
      return translation;
    }
    Account account = translation.account();
    List<String> lossy = new ArrayList<>(account.lossy());
    replaced.forEach(
        path ->
            lossy.add(
                path
                    + ".running_var: in training it follows the variance of a sample, by"
                    + " --stock-batchnorm; TensorFlow's follows that of the batch, which is smaller"
                    + " by (n - 1) / n, of n values for each channel. Outputs and gradients are the"
                    + " same"));
    together.forEach(
        path ->
            lossy.add(
                path
                    + ": in training its statistics are of all steps together, by"
                    + " --stock-batchnorm; Keras's TimeDistributed has them of each by itself"));
    return translation.with(
        model.withModules(modules),
        new Account(account.dropped(), account.unknown(), account.assumed(), lossy));
  }
}
