package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.tensor.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a source holds, every checksum checked.
 *
 * @param damage a line for each variable whose bytes can't be trusted; empty where all is well
 */
public record Inspection(TfModel model, List<String> damage) {
  public Inspection {
    damage = List.copyOf(damage);
  }

  /** Looks at everything, reading each variable once. */
  public static Inspection of(TfModel model) {
    List<String> damage = new ArrayList<>();
    ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
    for (Variable variable : model.variables()) {
      if (variable.dtype().bytes() == 0) {
        continue;
      }
      try {
        readThrough(model, variable, block);
      } catch (DamagedFile e) {
        damage.add(variable.name() + ": " + e.getMessage());
      }
    }
    return new Inspection(model, damage);
  }

  private static void readThrough(TfModel model, Variable variable, ByteBuffer block) {
    try {
      for (long at = 0; at < variable.bytes(); at += block.limit()) {
        block.clear().limit((int) Math.min(block.capacity(), variable.bytes() - at));
        model.tensors().read(variable.name(), at, block);
        block.flip();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The document of {@code inspect --json}. */
  public ObjectNode toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("source", model.provenance().path());
    root.put("format", model.provenance().format());
    root.put("writer", model.provenance().writer());
    ArrayNode variables = root.putArray("variables");
    for (Variable v : model.variables()) {
      ObjectNode node =
          variables.addObject().put("name", v.name()).put("dtype", v.dtype().torchName());
      ArrayNode shape = node.putArray("shape");
      v.shape().dims().forEach(shape::add);
      node.put("bytes", v.bytes()).put("role", v.role().jsonName());
      ArrayNode aliases = node.putArray("aliases");
      v.aliases().forEach(aliases::add);
    }
    root.putNull("optimizer");
    ArrayNode signatures = root.putArray("signatures");
    for (Signature s : model.signatures()) {
      ObjectNode node = signatures.addObject().put("name", s.name());
      describe(node.putArray("inputs"), s.inputs());
      describe(node.putArray("outputs"), s.outputs());
    }
    ArrayNode problems = root.putArray("problems");
    model.problems().forEach(problems::add);
    damage.forEach(problems::add);
    return root;
  }

  private static void describe(ArrayNode array, List<Signature.Tensor> tensors) {
    for (Signature.Tensor t : tensors) {
      ObjectNode node = array.addObject().put("name", t.key()).put("dtype", t.dtype().torchName());
      t.dims()
          .ifPresent(
              d -> {
                ArrayNode shape = node.putArray("shape");
                d.extents().forEach(shape::add);
              });
    }
  }

  /** The same for people. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    line(text, "%s  %s%n", model.provenance().format(), model.provenance().path());
    line(text, "written by  %s%n", model.provenance().writer());
    for (Signature s : model.signatures()) {
      line(text, "signature   %s(%s) -> %s%n", s.name(), tensors(s.inputs()), tensors(s.outputs()));
    }
    line(text, "graph       %s%n", operations());
    long bytes = model.variables().stream().mapToLong(Variable::bytes).sum();
    line(
        text,
        "variables   %d, %,d bytes, %s%n",
        model.variables().size(),
        bytes,
        damage.isEmpty() ? "every checksum matches" : damage.size() + " DAMAGED");
    int width = model.variables().stream().mapToInt(v -> v.name().length()).max().orElse(0);
    for (Variable v : model.variables()) {
      line(
          text,
          "  %-" + Math.max(width, 1) + "s  %-8s %-9s %s%n",
          v.name(),
          v.dtype().torchName(),
          v.role().jsonName(),
          v.shape());
    }
    model.problems().forEach(p -> line(text, "problem     %s%n", p));
    damage.forEach(d -> line(text, "damaged     %s%n", d));
    return text.toString();
  }

  private String operations() {
    Map<String, Long> counts =
        model.graph().nodes().stream()
            .collect(Collectors.groupingBy(Node::op, TreeMap::new, Collectors.counting()));
    String list =
        counts.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .limit(8)
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", "));
    return model.graph().nodes().size() + " nodes: " + list + (counts.size() > 8 ? ", ..." : "");
  }

  private static String tensors(List<Signature.Tensor> tensors) {
    return tensors.stream()
        .map(t -> t.key() + ": " + typed(t.dtype(), t))
        .collect(Collectors.joining(", "));
  }

  private static String typed(DType dtype, Signature.Tensor t) {
    return dtype.torchName()
        + t.dims()
            .map(Dims::extents)
            .map(
                e ->
                    e.stream()
                        .map(x -> x < 0 ? "?" : x.toString())
                        .collect(Collectors.joining(", ", "[", "]")))
            .orElse("[...]");
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments));
  }
}
