package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a layer computes with here and in TensorFlow, for whoever has to see the fault himself:
 * where no known cause explains a difference, it is mostly one of these that is another.
 */
public final class Operators {
  /** What computes nothing. */
  private static final Set<String> SILENT =
      Set.of(
          "clone",
          "contiguous",
          "dropout",
          "alias",
          "detach",
          "size",
          "zeros",
          "new_zeros",
          "to",
          "slice");

  private static final Map<String, String> PLAIN =
      Map.of(
          "_convolution", "conv",
          "conv1d", "conv",
          "conv2d", "conv",
          "conv3d", "conv",
          "conv_transpose1d", "conv_transpose",
          "conv_transpose2d", "conv_transpose",
          "conv_transpose3d", "conv_transpose",
          "constant_pad_nd", "pad",
          "reshape", "view",
          "rsub", "sub");

  private static final int MOST = 12;
  private static final String BOUNDED = "relu6";
  private static final String UNBOUNDED = "relu";

  private Operators() {}

  /** Their names, in order. */
  public static List<String> of(Stretch stretch) {
    List<String> names = new ArrayList<>();
    for (int at : stretch.span().statements()) {
      note(stretch, stretch.model().body().get(at), names);
    }
    return names;
  }

  private static void note(Stretch stretch, Statement statement, List<String> names) {
    ExprMap.statement(
        statement,
        e -> {
          if (e instanceof Expr.Aten call && !SILENT.contains(call.operator())) {
            names.add(name(call));
          } else if (e instanceof Expr.ModuleCall call) {
            stretch.model().modules().stream()
                .filter(m -> m.path().equals(call.path()))
                .flatMap(m -> m.module().forward().stream())
                .forEach(s -> note(stretch, s, names));
          }
          return e;
        });
  }

  private static String name(Expr.Aten call) {
    boolean isUpToSix =
        Set.of("hardtanh", "clamp").contains(call.operator())
            && call.arguments().size() == 3
            && isNumber(call.arguments().get(1), 0)
            && isNumber(call.arguments().get(2), 6);
    return isUpToSix ? BOUNDED : PLAIN.getOrDefault(call.operator(), call.operator());
  }

  private static boolean isNumber(Expr expr, float number) {
    return expr instanceof Expr.FloatLiteral f && f.value() == number
        || expr instanceof Expr.IntLiteral i && i.value() == number;
  }

  /**
   * What values that stay below six do not tell apart; empty where both have the same.
   *
   * @param there in TensorFlow
   */
  public static Optional<String> unseen(List<String> there, List<String> here) {
    long bounded = there.stream().filter(BOUNDED::equals).count();
    long boundedHere = here.stream().filter(BOUNDED::equals).count();
    long all = bounded + there.stream().filter(UNBOUNDED::equals).count();
    long allHere = boundedHere + here.stream().filter(UNBOUNDED::equals).count();
    if (all != allHere || bounded == boundedHere) {
      return Optional.empty();
    }
    return Optional.of(
        (bounded > boundedHere ? UNBOUNDED : BOUNDED)
            + " here, "
            + (bounded > boundedHere ? BOUNDED : UNBOUNDED)
            + " in TensorFlow, and no value reaches 6 on these inputs: give others by --inputs, or"
            + " mend it");
  }

  /** In words; empty where TensorFlow's are not known, or are too many to say anything. */
  static Optional<String> told(Stretch stretch) {
    List<String> there = stretch.counterpart().operators();
    List<String> here = of(stretch);
    if (there.isEmpty() || Math.max(there.size(), here.size()) > MOST) {
      return Optional.empty();
    }
    return Optional.of(
        there.equals(here)
            ? "TensorFlow computes " + joined(there) + " there, as the code here does"
            : "TensorFlow computes " + joined(there) + " there, the code here " + joined(here));
  }

  private static String joined(List<String> names) {
    return names.stream().collect(Collectors.joining(", "));
  }
}
