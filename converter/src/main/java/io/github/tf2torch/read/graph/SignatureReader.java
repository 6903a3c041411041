package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** Reads signatures (meta_graph.proto), by name: the file holds them in no order. */
final class SignatureReader {
  static final String DEFAULT = "serving_default";

  /** What TensorFlow Hub's modules of TF1 call theirs. */
  private static final String HUB_DEFAULT = "default";

  /** What TensorFlow runs itself when it loads a model; nobody calls these. */
  private static final Pattern INTERNAL = Pattern.compile("__saved_model_.*");

  private static final Pattern BETWEEN_NUMBERS = Pattern.compile("(?<=\\D)(?=\\d)|(?<=\\d)(?=\\D)");

  private SignatureReader() {}

  static Map<String, Signature> read(Map<String, SignatureDef> stored, List<String> problems) {
    Map<String, Signature> signatures = new LinkedHashMap<>();
    stored.entrySet().stream()
        .filter(e -> !INTERNAL.matcher(e.getKey()).matches())
        .sorted(Map.Entry.comparingByKey(byNumber()))
        .forEach(
            e -> {
              try {
                signatures.put(e.getKey(), signature(e.getKey(), e.getValue()));
              } catch (UnsupportedFile left) {
                problems.add(left.getMessage());
              }
            });
    return signatures;
  }

  /** The one that is meant where nobody says which; empty where that isn't clear. */
  static Optional<String> preferred(Map<String, Signature> all) {
    if (all.size() == 1) {
      return Optional.of(all.keySet().iterator().next());
    }
    return Stream.of(DEFAULT, HUB_DEFAULT).filter(all::containsKey).findFirst();
  }

  /** The wanted one; without a wish the default's name, or the only one there is. */
  static Signature choose(String file, Map<String, Signature> all, Optional<String> wanted) {
    String key = wanted.or(() -> preferred(all)).orElse(DEFAULT);
    Signature chosen = all.get(key);
    if (chosen == null) {
      throw new BadRequest(
          "%s: has no signature \"%s\"; it has: %s"
              .formatted(
                  file,
                  key,
                  all.isEmpty()
                      ? "none; save the model with signatures=..."
                      : String.join(", ", all.keySet()) + "; choose one by --signature"));
    }
    return chosen;
  }

  private static Signature signature(String key, SignatureDef def) {
    return new Signature(key, tensors(key, def.getInputsMap()), tensors(key, def.getOutputsMap()));
  }

  private static List<Signature.Tensor> tensors(String signature, Map<String, TensorInfo> stored) {
    return stored.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(byNumber()))
        .map(e -> tensor(signature, e.getKey(), e.getValue()))
        .toList();
  }

  private static Signature.Tensor tensor(String signature, String key, TensorInfo info) {
    Optional<DType> dtype = NodeReader.dtype(info.getDtypeValue());
    if (info.getEncodingCase() != TensorInfo.EncodingCase.NAME || dtype.isEmpty()) {
      throw new UnsupportedFile(
          "signature \"%s\": \"%s\" is %s; only dense tensors are supported"
              .formatted(
                  signature,
                  key,
                  dtype.isEmpty()
                      ? "of type number " + info.getDtypeValue()
                      : "a sparse, ragged or other composite tensor"));
    }
    return new Signature.Tensor(
        key,
        References.endpoint(info.getName()),
        dtype.get(),
        info.hasTensorShape() ? NodeReader.dims(info.getTensorShape()) : Optional.empty());
  }

  /** By text, but {@code output_2} before {@code output_10}. */
  private static Comparator<String> byNumber() {
    return (a, b) -> {
      String[] left = BETWEEN_NUMBERS.split(a);
      String[] right = BETWEEN_NUMBERS.split(b);
      for (int i = 0; i < Math.min(left.length, right.length); i++) {
        int order = comparePart(left[i], right[i]);
        if (order != 0) {
          return order;
        }
      }
      return left.length != right.length
          ? Integer.compare(left.length, right.length)
          : a.compareTo(b);
    };
  }

  private static int comparePart(String a, String b) {
    boolean areNumbers = !a.isEmpty() && !b.isEmpty() && isNumber(a) && isNumber(b);
    return areNumbers
        ? new java.math.BigInteger(a).compareTo(new java.math.BigInteger(b))
        : a.compareTo(b);
  }

  private static boolean isNumber(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
