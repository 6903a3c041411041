package io.github.tf2torch.translate;

import io.github.tf2torch.fuse.Fusion;
import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Why whole kinds of ops have no rule, and what to do about them. */
final class Untranslatable {
  private record Kind(Predicate<String> ops, String reason) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              named(
                  "Decode(Wav|Jpeg|Png|Bmp|Gif|Image|Raw|CSV|AndCropJpeg|Base64|PaddedRaw|JSONExample)"
                      + "|Parse(Single|Sequence|SingleSequence)?Example(V2)?|ParseTensor|(Read|Write)File"
                      + "|Encode.*|.*String.*|StaticRegex.*|Regex.*|Unicode.*|Substr|AsString"
                      + "|(Lookup|Mutable|Hash).*Table.*|RestoreV2|Restore|SaveV2"),
              "reads a file's bytes or text, for which PyTorch has no tensors. Translate what comes"
                  + " behind: freeze the graph and begin there with --graph-inputs, or export a"
                  + " signature that takes numbers"),
          new Kind(
              named("(Stateless)?(Random|Truncated|Multinomial|Parameterized).*|.*Sampler"),
              "draws random numbers, and PyTorch draws others. Where this is dropout, export the"
                  + " model for inference"),
          new Kind(
              named(
                  "(Ref)?(Enter|Exit|Switch|Merge|NextIteration)|LoopCond|(Stateless)?(While|If|Case)"
                      + "|TensorArray.*|TensorList.*|Stack(Push|Pop)?V2|(Stateful)?PartitionedCall"),
              "belongs to a loop or a branch that is decided while the graph runs. A loop becomes"
                  + " one over time where it counts its steps from 0 to a length, reads the item of"
                  + " its step and writes one answer a step, as recurrent layers do; of others"
                  + " convert the .keras or .h5 file, or choose outputs that don't need it"),
          new Kind(
              named(
                  "Assign.*|.*Apply(Gradient.*|Adam.*|RMSProp|Momentum|Ftrl.*|Adagrad.*)|Scatter.*"),
              "changes a variable, which a translated model only reads. Choose outputs that don't"
                  + " need it"),
          new Kind(
              named(".*Grad|.*GradV[23]|.*BackpropFilter.*|SymbolicGradient"),
              "computes a gradient, which PyTorch finds by itself. Choose outputs of the forward"
                  + " graph"));

  private Untranslatable() {}

  private static Predicate<String> named(String pattern) {
    return Pattern.compile(pattern).asMatchPredicate();
  }

  private static final Predicate<String> LISTS = named("VarHandleOp|TensorArray.*|TensorList.*");

  /** Without what only a loop that is refused as well takes or gives. */
  static List<Node> withoutLists(List<Node> nodes) {
    boolean isLoop = nodes.stream().anyMatch(n -> n.attrs().containsKey(Fusion.WHY_NO_LOOP));
    return isLoop ? nodes.stream().filter(n -> !LISTS.test(n.op())).toList() : nodes;
  }

  /** A node, with why a loop stayed one. */
  static String line(Node node) {
    String name = "  " + node.name() + " (" + node.op() + ")";
    return node.attrs().get(Fusion.WHY_NO_LOOP) instanceof Attr.Text why
        ? name + ": " + why.value()
        : name;
  }

  /** A line for each kind that some of the nodes are of. */
  static List<String> reasons(List<Node> nodes) {
    Map<String, TreeSet<String>> byReason = new LinkedHashMap<>();
    for (Node node : nodes) {
      KINDS.stream()
          .filter(kind -> kind.ops().test(node.op()))
          .findFirst()
          .ifPresent(
              kind -> byReason.computeIfAbsent(kind.reason(), r -> new TreeSet<>()).add(node.op()));
    }
    List<String> lines = new ArrayList<>();
    byReason.forEach((reason, ops) -> lines.add(String.join(", ", ops) + ": " + reason + "."));
    return lines;
  }
}
