package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.Account;
import io.github.tf2torch.translate.Accounting;
import io.github.tf2torch.translate.Translation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How tensors are put into files.
 *
 * @param dtype of all that is floating-point; as stored where it is empty
 * @param mostShardBytes of tensors in one safetensors file
 * @param sha256 whether to compute it of each tensor
 */
public record Packaging(Optional<DType> dtype, long mostShardBytes, boolean sha256) {
  private static final Map<String, Optional<DType>> DTYPES =
      Map.of(
          "stored", Optional.empty(),
          "float32", Optional.of(DType.FLOAT32),
          "float16", Optional.of(DType.FLOAT16),
          "bfloat16", Optional.of(DType.BFLOAT16));

  private static final Map<String, Long> UNITS =
      Map.of(
          "",
          1L,
          "B",
          1L,
          "KB",
          1000L,
          "MB",
          1_000_000L,
          "GB",
          1_000_000_000L,
          "KIB",
          1L << 10,
          "MIB",
          1L << 20,
          "GIB",
          1L << 30);

  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9}) ?([A-Za-z]*)");

  public Packaging {
    if (mostShardBytes < 1) {
      throw new BadRequest("--max-shard-size " + mostShardBytes + ": expected a size above 0");
    }
  }

  /** As stored, in one file. */
  public static Packaging defaults() {
    return new Packaging(Optional.empty(), Long.MAX_VALUE, false);
  }

  /** What {@code --dtype} names. */
  public static Optional<DType> parseDtype(String name) {
    Optional<DType> dtype = DTYPES.get(name);
    if (dtype == null) {
      throw new BadRequest("--dtype " + name + ": expected float32, float16, bfloat16 or stored");
    }
    return dtype;
  }

  /** A size as transformers takes it: {@code 5GB}, in powers of 1000; {@code 5GiB}, of 1024. */
  public static long parseSize(String text) {
    Matcher matcher = SIZE.matcher(text);
    Long unit = matcher.matches() ? UNITS.get(matcher.group(2).toUpperCase(Locale.ROOT)) : null;
    if (unit == null) {
      throw new BadRequest("--max-shard-size " + text + ": expected a size such as 5GB or 500MiB");
    }
    return Long.parseLong(matcher.group(1)) * unit; // nine digits of GiB fit
  }

  private TorchModel.Tensor cast(TorchModel.Tensor tensor) {
    DType stored = tensor.recipe().dtype();
    return dtype.isEmpty() || !stored.isFloating() || stored == dtype.get()
        ? tensor
        : tensor.with(new TensorExpr.Cast(tensor.recipe(), dtype.get()));
  }

  /** The same, its tensors in the type that was chosen; what that rounds is named as lossy. */
  Translation cast(Translation translation) {
    if (dtype.isEmpty()) {
      return translation;
    }
    TorchModel model = translation.model();
    List<TorchModel.Tensor> tensors = model.tensors().stream().map(this::cast).toList();
    Account account = translation.account();
    List<String> lossy =
        tensors.stream()
            .filter(t -> account.lossy().contains(t.name()) || Accounting.isLossy(t.recipe()))
            .map(TorchModel.Tensor::name)
            .toList();
    return translation.with(
        model.withTensors(tensors),
        new Account(account.dropped(), account.unknown(), account.assumed(), lossy));
  }

  /** As {@code conversion.json} records it: what tensors are, not how they are put into files. */
  void write(ObjectNode options) {
    dtype.ifPresent(d -> options.put("dtype", d.torchName()));
  }

  static Packaging read(JsonNode options) {
    JsonNode dtype = options.path("dtype");
    return dtype.isMissingNode()
        ? defaults()
        : new Packaging(parseDtype(dtype.asText()), Long.MAX_VALUE, false);
  }
}
