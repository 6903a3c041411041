package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.AlphaDropout;
import io.github.tf2torch.model.target.nn.ChannelDropout;
import io.github.tf2torch.model.target.nn.DropPath;
import io.github.tf2torch.model.target.nn.Dropout;
import io.github.tf2torch.model.target.nn.Noise;
import io.github.tf2torch.model.target.nn.SharedDropout;
import java.util.List;

/** Modules that draw in training, each as one that keeps everything. */
public final class WithoutDropout {
  private WithoutDropout() {}

  public static TorchModel.Instance of(TorchModel.Instance instance) {
    return draws(instance.module())
        ? new TorchModel.Instance(instance.path(), new Dropout(0))
        : instance;
  }

  /** The classes of a model's modules that draw, each once. */
  public static List<String> drawing(TorchModel model) {
    return model.modules().stream()
        .map(TorchModel.Instance::module)
        .filter(WithoutDropout::draws)
        .map(TorchModule::pythonClass)
        .distinct()
        .toList();
  }

  private static boolean draws(TorchModule module) {
    return module instanceof Dropout
        || module instanceof AlphaDropout
        || module instanceof ChannelDropout
        || module instanceof DropPath
        || module instanceof SharedDropout
        || module instanceof Noise;
  }
}
