package io.github.tf2torch.verify.inputs;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Inputs that anyone can draw again in Python: {@code tf.random.set_seed(seed)}, then for each
 * input of the signature in order {@code tf.random.uniform(shape)}, or {@code
 * tf.random.uniform(shape, maxval=bound, dtype=...)} for whole numbers, which some inputs hold as
 * floating point. A scalar flag is {@code False} and draws nothing.
 *
 * @param batch the extent of the first axis where the signature leaves it open
 * @param size the extent of any other axis that it leaves open, three channels apart
 * @param bounds the end of the range of whole numbers in an input, by its key: its vocabulary's
 *     size, or of an input in floating point whose fractions nothing reads
 */
public record SeededInputs(long seed, long batch, long size, Map<String, Long> bounds) {
  public static final long DEFAULT_SEED = 1;
  public static final long DEFAULT_BATCH = 2;
  public static final long DEFAULT_SIZE = 64;
  private static final long DEFAULT_BOUND = 2;
  private static final long COLOUR_CHANNELS = 3;

  public SeededInputs {
    bounds = Map.copyOf(bounds);
    if (batch < 1 || size < 1) {
      throw new BadRequest("a batch of " + batch + " and a size of " + size + " hold no input");
    }
  }

  public static SeededInputs of(long seed) {
    return new SeededInputs(seed, DEFAULT_BATCH, DEFAULT_SIZE, Map.of());
  }

  /** The inputs by the signature's keys, in its order. */
  public Map<String, TensorValue> draw(Signature signature) {
    Supplier<OpSeed> seeds = OpSeed.eager(seed);
    Map<String, TensorValue> inputs = new LinkedHashMap<>();
    signature.inputs().forEach(input -> inputs.put(input.key(), draw(input, seeds)));
    return inputs;
  }

  private TensorValue draw(Signature.Tensor input, Supplier<OpSeed> seeds) {
    Shape shape = shape(input);
    if (input.dtype() == DType.BOOL && shape.rank() == 0) {
      return TensorValue.ofLongs(DType.BOOL, shape, 0);
    }
    boolean isWhole = input.dtype() == DType.INT32 || input.dtype() == DType.INT64;
    if (isWhole && shape.rank() == 0 && !bounds.containsKey(input.key())) {
      return TensorValue.ofLongs(input.dtype(), shape, batch); // TF1 feeds how large its batch is
    }
    TensorFlowRandom random = TensorFlowRandom.of(seeds.get());
    long bound = bounds.getOrDefault(input.key(), DEFAULT_BOUND);
    return switch (input.dtype()) {
      case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 ->
          bounds.containsKey(input.key())
              ? TensorValue.ofDoubles(
                  input.dtype(),
                  shape,
                  random.uniformInt32(shape, 0, Math.toIntExact(bound)).doubles())
              : random.uniform(input.dtype(), shape);
      case INT32 -> random.uniformInt32(shape, 0, Math.toIntExact(bound));
      case INT64 -> random.uniformInt64(shape, 0, bound);
      case UINT8, INT8, INT16, UINT16, UINT32, BOOL ->
          TensorValue.ofLongs(
              input.dtype(),
              shape,
              random.uniformInt32(shape, 0, smallBound(input, bound)).longs());
      default ->
          throw new BadRequest(
              "input \""
                  + input.key()
                  + "\" is of type "
                  + input.dtype().torchName()
                  + ", which is not drawn; give it with --inputs");
    };
  }

  private int smallBound(Signature.Tensor input, long bound) {
    return input.dtype() == DType.UINT8 && !bounds.containsKey(input.key())
        ? 256 // an image of bytes
        : Math.toIntExact(bound);
  }

  private Shape shape(Signature.Tensor input) {
    Dims dims =
        input
            .dims()
            .orElseThrow(
                () ->
                    new BadRequest(
                        "input \"" + input.key() + "\" has no known rank; give it with --inputs"));
    List<Long> extents = new ArrayList<>();
    for (int axis = 0; axis < dims.rank(); axis++) {
      extents.add(dims.isKnown(axis) ? dims.extent(axis) : open(axis, dims.rank()));
    }
    return new Shape(extents);
  }

  private long open(int axis, int rank) {
    if (axis == 0) {
      return batch;
    }
    return rank == 4 && axis == 3 ? COLOUR_CHANNELS : size;
  }
}
