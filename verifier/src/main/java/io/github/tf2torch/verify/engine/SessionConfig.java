package io.github.tf2torch.verify.engine;

import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.OptimizerOptions;

/** What a session of TensorFlow runs under: one CPU, and no rewriting of the graph. */
final class SessionConfig {
  private SessionConfig() {}

  static ConfigProto of(int threads) {
    ConfigProto.Builder config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(threads)
            .setInterOpParallelismThreads(1);
    config.putDeviceCount("GPU", 0);
    // a graph written on another machine names its devices
    config.setAllowSoftPlacement(true);
    // a run with taps and one without then compute the same, bit for bit
    config.getGraphOptionsBuilder().getRewriteOptionsBuilder().setDisableMetaOptimizer(true);
    config
        .getGraphOptionsBuilder()
        .getOptimizerOptionsBuilder()
        .setOptLevel(OptimizerOptions.Level.L0);
    return config.build();
  }
}
