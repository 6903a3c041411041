package io.github.tf2torch.samples.thepost;

import io.github.tf2torch.verify.inputs.MersenneTwister;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The post's initial weights: {@code np.random.seed(1)}, then for each layer in PyTorch's shape
 * {@code np.random.uniform(-s, s)}, s = sqrt(6 / fan in), as float32; here in TensorFlow's order.
 */
final class SeedWeights {
  private SeedWeights() {}

  /** By layer, with the shape that TensorFlow has it in. */
  record Kernel(long[] shape, float[] values) {}

  static Map<String, Kernel> draw() {
    MersenneTwister numpy = MersenneTwister.torch(1); // seeded as np.random.seed does
    Map<String, Kernel> kernels = new LinkedHashMap<>();
    kernels.put("conv1", convolution(numpy, 32, 1, 5));
    kernels.put("conv2", convolution(numpy, 64, 32, 5));
    kernels.put("fc1", dense(numpy, 512, 3136));
    kernels.put("fc2", dense(numpy, 10, 512));
    return kernels;
  }

  private static double uniform(MersenneTwister numpy, double bound) {
    int high = numpy.nextBits() >>> 5;
    int low = numpy.nextBits() >>> 6;
    return -bound + 2 * bound * ((high * 67108864.0 + low) / 9007199254740992.0);
  }

  /** A convolution's alone, as the first of a stream: {@code [5, 5, in, out]}. */
  static Kernel convolution(long seed, int out, int in) {
    return convolution(MersenneTwister.torch(seed), out, in, 5);
  }

  /** A dense layer's alone: {@code [in, out]}. */
  static Kernel dense(long seed, int out, int in) {
    return dense(MersenneTwister.torch(seed), out, in);
  }

  private static Kernel convolution(MersenneTwister numpy, int out, int in, int side) {
    double bound = Math.sqrt(6.0 / (in * side * side));
    float[] kernelHwio = new float[out * in * side * side];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        for (int at = 0; at < side * side; at++) {
          kernelHwio[(at * in + i) * out + o] = (float) uniform(numpy, bound);
        }
      }
    }
    return new Kernel(new long[] {side, side, in, out}, kernelHwio);
  }

  private static Kernel dense(MersenneTwister numpy, int out, int in) {
    double bound = Math.sqrt(6.0 / in);
    float[] kernelIo = new float[out * in];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        kernelIo[i * out + o] = (float) uniform(numpy, bound);
      }
    }
    return new Kernel(new long[] {in, out}, kernelIo);
  }
}
