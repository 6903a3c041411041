package io.github.tf2torch.read.torch;

import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.torch.PickleValue.Dict;
import io.github.tf2torch.read.torch.PickleValue.Items;
import io.github.tf2torch.read.torch.PickleValue.Storage;
import io.github.tf2torch.read.torch.PickleValue.Text;
import io.github.tf2torch.read.torch.PickleValue.Truth;
import io.github.tf2torch.read.torch.PickleValue.Tuple;
import io.github.tf2torch.read.torch.PickleValue.Type;
import io.github.tf2torch.read.torch.PickleValue.Whole;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of {@code torch._utils._rebuild_tensor(storage, storage_offset, size, stride, ...)}
 * and its successors, checked against the storage.
 */
final class TensorCall {
  /** More axes than ATen's iterators take. */
  private static final int HIGHEST_RANK = 64;

  /** An expanded tensor may take so many times its storage, and a gibibyte in any case. */
  private static final long MOST_EXPANSION = 64;

  private static final long UNSUSPICIOUS_BYTES = 1L << 30;

  private TensorCall() {}

  static TorchTensor tensor(String function, List<PickleValue> arguments, PickleInput in) {
    boolean isThird = function.equals("_rebuild_tensor_v3");
    int needed = function.equals("_rebuild_tensor") ? 4 : isThird ? 7 : 6;
    if (arguments.size() < needed
        || !(arguments.get(0) instanceof Storage stored)
        || !(arguments.get(1) instanceof Whole offset)) {
      throw in.damaged(function + " needs a storage, an offset, a size and strides");
    }
    checkMetadata(arguments, needed, in);
    TorchStorage storage = stored.storage();
    DType dtype = storage.dtype();
    if (isThird) {
      if (!(arguments.get(6) instanceof Type type)) {
        throw in.damaged(function + " needs a dtype and found " + arguments.get(6).kind());
      }
      dtype = type.dtype();
    }
    List<Long> dims = extents(arguments.get(2), in);
    List<Long> strides = extents(arguments.get(3), in);
    if (dims.size() != strides.size() || dims.size() > HIGHEST_RANK || offset.value() < 0) {
      throw in.damaged(
          "a tensor of size %s, strides %s at offset %d".formatted(dims, strides, offset.value()));
    }
    TorchTensor tensor = new TorchTensor(storage, dtype, new Shape(dims), strides, offset.value());
    checkInside(tensor, in);
    return tensor;
  }

  /** A conjugate or negative bit that is set changes the numbers (torch/_utils.py). */
  private static void checkMetadata(List<PickleValue> arguments, int at, PickleInput in) {
    if (arguments.size() > at && arguments.get(at) instanceof Dict metadata) {
      for (String bit : List.of("conj", "neg")) {
        if (new Truth(true).equals(metadata.entries.get(new Text(bit)))) {
          throw new UnsupportedFile(
              in.at()
                  + "a tensor with its "
                  + bit
                  + " bit set is not read; save tensor.resolve_"
                  + bit
                  + "()");
        }
      }
    }
  }

  private static List<Long> extents(PickleValue value, PickleInput in) {
    List<PickleValue> items =
        value instanceof Tuple tuple
            ? tuple.items
            : value instanceof Items list ? list.values : List.of(value);
    List<Long> extents = new ArrayList<>();
    for (PickleValue item : items) {
      if (!(item instanceof Whole whole) || whole.value() < 0 || extents.size() > HIGHEST_RANK) {
        throw in.damaged("a size or stride that is not a short tuple of whole numbers");
      }
      extents.add(whole.value());
    }
    return extents;
  }

  private static void checkInside(TorchTensor tensor, PickleInput in) {
    long limit = tensor.storage().bytes() / tensor.dtype().bytes();
    try {
      long last = tensor.offset();
      for (int axis = 0; axis < tensor.shape().rank(); axis++) {
        long steps = Math.max(0, tensor.shape().dim(axis) - 1);
        last = Math.addExact(last, Math.multiplyExact(steps, tensor.strides().get(axis)));
      }
      long count = tensor.shape().count();
      long bytes = Math.multiplyExact(count, (long) tensor.dtype().bytes());
      boolean isInside = count == 0 || last < limit;
      boolean isHuge =
          bytes > UNSUSPICIOUS_BYTES && bytes / MOST_EXPANSION > tensor.storage().bytes();
      if (isInside && !isHuge) {
        return;
      }
    } catch (ArithmeticException e) {
      // said below: numbers that overflow lie outside
    }
    throw in.damaged(
        "a %s tensor of size %s, strides %s at offset %d does not lie in storage \"%s\" of %d bytes"
            .formatted(
                tensor.dtype().torchName(),
                tensor.shape(),
                tensor.strides(),
                tensor.offset(),
                tensor.storage().key(),
                tensor.storage().bytes()));
  }
}
