package io.github.tf2torch.inspect;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What {@code inspect} prints for people. */
public final class InspectionText {
  private static final int OPS_SHOWN = 8;
  private static final int MEMBERS_SHOWN = 4;

  private final TfModel model;
  private final Inspection inspection;
  private final List<String> lines = new ArrayList<>();

  private final boolean isTorch;

  private InspectionText(Inspection inspection, boolean isTorch) {
    this.inspection = inspection;
    this.isTorch = isTorch;
    model = inspection.model();
  }

  public static String of(Inspection inspection) {
    return String.join("\n", new InspectionText(inspection, false).print()) + "\n";
  }

  /** The same of tensors that are PyTorch's already. */
  public static String ofTorch(Inspection inspection) {
    return String.join("\n", new InspectionText(inspection, true).print()) + "\n";
  }

  private List<String> print() {
    line("source", model.provenance().path());
    line("format", model.provenance().format());
    if (!model.provenance().writer().isEmpty()) {
      line("written by", model.provenance().writer());
    }
    model.signatures().forEach(s -> line("signature", signature(s)));
    if (!model.graph().nodes().isEmpty()) {
      line("graph", operations());
    }
    model.keras().ifPresent(k -> layers(k.root()));
    line("variables", totals());
    lines.addAll(VariableTree.lines(inspection.findings()));
    model.optimizers().forEach(o -> line("optimizer", optimizer(o)));
    long averages = count(Role.AVERAGE);
    if (averages > 0) {
      line("averages", averages + " moving averages of weights, kept beside them");
    }
    model.collections().forEach((name, members) -> line("collection", collection(name, members)));
    line("convert", conversion());
    model.assumed().forEach(a -> line("assumed", a));
    model.problems().forEach(p -> line("problem", p));
    inspection
        .findings()
        .forEach(
            f ->
                f.trouble()
                    .ifPresent(
                        t ->
                            line(
                                f.checksum() == Checksum.DAMAGED ? "damaged" : "not read",
                                f.variable().name() + ": " + t)));
    return lines;
  }

  private void line(String key, String value) {
    lines.add(String.format(Locale.ROOT, "%-11s %s", key, value));
  }

  private static String signature(Signature s) {
    return s.name() + "(" + tensors(s.inputs()) + ") -> " + tensors(s.outputs());
  }

  private static String tensors(List<Signature.Tensor> tensors) {
    return tensors.stream()
        .map(t -> t.key() + ": " + t.dtype().torchName() + extents(t))
        .collect(Collectors.joining(", "));
  }

  private static String extents(Signature.Tensor t) {
    return t.dims()
        .map(
            d ->
                d.extents().stream()
                    .map(x -> x < 0 ? "?" : x.toString())
                    .collect(Collectors.joining(", ", "[", "]")))
        .orElse("[...]");
  }

  private String operations() {
    Map<String, Long> counts =
        model.graph().nodes().stream()
            .collect(Collectors.groupingBy(Node::op, TreeMap::new, Collectors.counting()));
    String list =
        counts.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .limit(OPS_SHOWN)
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", "));
    String more = counts.size() > OPS_SHOWN ? ", ..." : "";
    return model.graph().nodes().size() + " nodes: " + list + more;
  }

  private void layers(Layer root) {
    line("layers", root.className() + " \"" + root.name() + "\"");
    root.layers().forEach(l -> layer(l, "  "));
  }

  private void layer(Layer layer, String indent) {
    String weights = layer.weights().isEmpty() ? "" : "  " + layer.weights().size() + " variables";
    lines.add(indent + layer.name() + "  " + layer.className() + weights);
    layer.layers().forEach(l -> layer(l, indent + "  "));
  }

  private String totals() {
    long bytes = model.variables().stream().mapToLong(Variable::bytes).sum();
    String roles =
        java.util.Arrays.stream(Role.values())
            .filter(r -> count(r) > 0)
            .map(r -> count(r) + " " + r.jsonName())
            .collect(Collectors.joining(", "));
    return model.variables().size()
        + (roles.isEmpty() ? "" : " (" + roles + ")")
        + ", "
        + ByteCount.of(bytes)
        + verdict();
  }

  private String verdict() {
    long damaged = inspection.damaged().size();
    if (damaged > 0) {
      return ", " + damaged + " DAMAGED";
    }
    long compared =
        inspection.findings().stream().filter(f -> f.checksum() == Checksum.MATCHES).count();
    if (compared == 0) {
      return inspection.findings().isEmpty() ? "" : ", the file keeps no checksums of them";
    }
    return compared == inspection.findings().size()
        ? ", every checksum matches"
        : ", " + compared + " checksums match";
  }

  private long count(Role role) {
    return model.variables().stream().filter(v -> v.role() == role).count();
  }

  private static String optimizer(Optimizer optimizer) {
    List<String> parts = new ArrayList<>();
    parts.add(optimizer.kind().isEmpty() ? "kind unknown" : optimizer.kind());
    if (!optimizer.hyperparameters().isEmpty()) {
      parts.add(
          optimizer.hyperparameters().entrySet().stream()
              .map(e -> e.getKey() + " " + text(e.getValue()))
              .collect(Collectors.joining(", ")));
    }
    if (!optimizer.slots().isEmpty()) {
      Set<String> names = new LinkedHashSet<>();
      Set<String> variables = new LinkedHashSet<>();
      optimizer
          .slots()
          .forEach(
              s -> {
                names.add(s.slot());
                variables.add(s.variable());
              });
      parts.add("slots " + String.join(", ", names) + " of " + variables.size() + " variables");
    }
    if (!optimizer.counters().isEmpty()) {
      parts.add("counters " + String.join(", ", optimizer.counters()));
    }
    return String.join("; ", parts);
  }

  private static String collection(String name, List<String> members) {
    String more = members.size() > MEMBERS_SHOWN ? ", ... (" + members.size() + " of them)" : "";
    return name
        + ": "
        + members.stream().limit(MEMBERS_SHOWN).collect(Collectors.joining(", "))
        + more;
  }

  /** A number that a float32 holds exactly was one: it is shown in the digits that one has. */
  private static String text(Config value) {
    if (value instanceof Config.Real r && (float) r.value() == r.value()) {
      return Float.toString((float) r.value());
    }
    return InspectionJson.config(value).toString();
  }

  private String conversion() {
    if (isTorch) {
      return "nothing, they are PyTorch's already; convert --raw writes them to safetensors";
    }
    if (!model.hasComputation()) {
      return "no computation to translate: the weights alone, named and laid out by convention;"
          + " convert --raw writes every variable as stored";
    }
    long used = count(Role.WEIGHT) + count(Role.STATISTIC);
    long left = model.variables().size() - used;
    return "uses " + used + " weights and statistics" + (left == 0 ? "" : ", leaves " + left);
  }
}
