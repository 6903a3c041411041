package io.github.tf2torch.read.graph;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.OpList;

/**
 * The definitions of ops (op_def.proto): their defaults, which writers strip from nodes, and their
 * output arguments, by which function bodies name tensors. The file's own definitions come first,
 * since its writer may have had other defaults; TensorFlow's registry answers for the rest.
 */
final class OpTable {
  private static final String REGISTRY = "op-defs.pb.gz";

  /** Few ops list outputs by number, and those as many as a tensor has slices. */
  private static final int MOST_OUTPUTS = 1 << 16;

  private final Map<String, OpDef> fromFile = new HashMap<>();

  OpTable(Collection<OpDef> fromFile) {
    fromFile.forEach(op -> this.fromFile.put(op.getName(), op));
  }

  OpDef definition(String op) {
    OpDef own = fromFile.get(op);
    OpDef found = own != null ? own : registry().get(op);
    if (found == null) {
      throw new UnsupportedFile(
          "op \""
              + op
              + "\" is neither in the file's own list of ops nor in TensorFlow's registry;"
              + " save the model again with its custom ops loaded");
    }
    return found;
  }

  private boolean isKnown(String op) {
    return fromFile.containsKey(op) || registry().containsKey(op);
  }

  /** The node with every attribute that its writer left out because it equals its default. */
  NodeDef complete(NodeDef node) {
    if (!isKnown(node.getOp())) {
      return node;
    }
    NodeDef.@Nullable Builder complete = null;
    for (OpDef.AttrDef attr : definition(node.getOp()).getAttrList()) {
      if (attr.hasDefaultValue() && !node.containsAttr(attr.getName())) {
        complete = complete == null ? node.toBuilder() : complete;
        complete.putAttr(attr.getName(), attr.getDefaultValue());
      }
    }
    return complete == null ? node : complete.build();
  }

  /** The ops of a graph that nothing is known of, sorted. */
  Collection<String> unknown(GraphDef graph) {
    return graph.getNodeList().stream()
        .map(NodeDef::getOp)
        .filter(op -> !isKnown(op))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The number of the type of output {@code index} (types.proto); empty where it isn't known. */
  Optional<Integer> outputType(NodeDef node, int index) {
    if (!isKnown(node.getOp())) {
      return Optional.empty();
    }
    int first = 0;
    for (OpDef.ArgDef output : definition(node.getOp()).getOutputArgList()) {
      int length = length(node, output);
      if (index < first + length) {
        return Optional.of(type(node, output, index - first)).filter(t -> t != 0);
      }
      first += length;
    }
    return Optional.empty();
  }

  /** How many outputs the node has; empty where it isn't known. */
  Optional<Integer> outputCount(NodeDef node) {
    return isKnown(node.getOp())
        ? Optional.of(
            definition(node.getOp()).getOutputArgList().stream()
                .mapToInt(arg -> length(node, arg))
                .sum())
        : Optional.empty();
  }

  private static int type(NodeDef node, OpDef.ArgDef arg, int element) {
    if (!arg.getTypeListAttr().isEmpty()) {
      return attr(node, arg.getTypeListAttr()).getList().getTypeValue(element);
    }
    return arg.getTypeAttr().isEmpty()
        ? arg.getTypeValue()
        : attr(node, arg.getTypeAttr()).getTypeValue();
  }

  /** The position among all outputs of element {@code index} of output argument {@code arg}. */
  int output(NodeDef node, String arg, int index) {
    int first = 0;
    for (OpDef.ArgDef output : definition(node.getOp()).getOutputArgList()) {
      if (output.getName().equals(arg)) {
        return first + index;
      }
      first += length(node, output);
    }
    throw new UnsupportedFile(
        "node \"%s\" (%s) has no output argument \"%s\""
            .formatted(node.getName(), node.getOp(), arg));
  }

  /** How a function body names output {@code index} of a node: {@code output_arg:0}. */
  String outputArg(NodeDef node, int index) {
    int first = 0;
    for (OpDef.ArgDef output : definition(node.getOp()).getOutputArgList()) {
      int length = length(node, output);
      if (index < first + length) {
        return output.getName() + ":" + (index - first);
      }
      first += length;
    }
    throw new UnsupportedFile(
        "node \"%s\" (%s) has no output %d".formatted(node.getName(), node.getOp(), index));
  }

  private static int length(NodeDef node, OpDef.ArgDef arg) {
    if (!arg.getNumberAttr().isEmpty()) {
      long length = attr(node, arg.getNumberAttr()).getI();
      if (length < 0 || length > MOST_OUTPUTS) {
        throw new DamagedFile(
            "node \"%s\" (%s) has %s = %d outputs"
                .formatted(node.getName(), node.getOp(), arg.getNumberAttr(), length));
      }
      return (int) length;
    }
    if (!arg.getTypeListAttr().isEmpty()) {
      return attr(node, arg.getTypeListAttr()).getList().getTypeCount();
    }
    return 1;
  }

  private static AttrValue attr(NodeDef node, String name) {
    AttrValue value = node.getAttrMap().get(name);
    if (value == null) {
      throw new DamagedFile(
          "node \"%s\" (%s) has no attribute \"%s\"".formatted(node.getName(), node.getOp(), name));
    }
    return value;
  }

  private static Map<String, OpDef> registry() {
    return Registry.OPS;
  }

  /** Read when it is first asked for. */
  private static final class Registry {
    static final Map<String, OpDef> OPS = Collections.unmodifiableMap(readRegistry());
  }

  private static Map<String, OpDef> readRegistry() {
    try (InputStream packed = OpTable.class.getResourceAsStream(REGISTRY)) {
      if (packed == null) {
        throw new IllegalStateException("the program lacks its resource " + REGISTRY);
      }
      Map<String, OpDef> ops = new HashMap<>();
      OpList.parseFrom(new GZIPInputStream(packed))
          .getOpList()
          .forEach(op -> ops.put(op.getName(), op));
      return ops;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the program's resource " + REGISTRY + " is damaged", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
