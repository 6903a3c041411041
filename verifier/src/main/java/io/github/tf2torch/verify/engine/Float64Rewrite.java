package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * A graph that computes in float64 what the given one computes in float32. Every edge of type
 * float32 becomes float64, in functions and branches as well. A fused batch normalization, a
 * resizing and a pooling of volumes become operations that have a float64 kernel; another operation
 * without one stays as it is between casts, an <em>island</em>. Hyperparameters keep their float32
 * value, widened.
 */
final class Float64Rewrite {
  private static final String TOP_LEVEL = "";

  /** Kept in float32 without loss: what reads files, draws numbers or reinterprets bits. */
  private static final Set<String> EXACT_IN_FLOAT32 =
      Set.of(
          "RestoreV2",
          "Restore",
          "RestoreSlice",
          "SaveV2",
          "Save",
          "SaveSlices",
          "ParseExample",
          "ParseExampleV2",
          "ParseSingleExample",
          "ParseSequenceExample",
          "DecodeImage",
          "DecodeRaw",
          "DecodePaddedRaw",
          "DecodeCSV",
          "Bitcast",
          "RandomUniform",
          "RandomStandardNormal",
          "TruncatedNormal",
          "ParameterizedTruncatedNormal",
          "RandomGamma",
          "StatelessRandomUniform",
          "StatelessRandomUniformV2",
          "StatelessRandomNormal",
          "StatelessRandomNormalV2",
          "StatelessTruncatedNormal",
          "StatelessTruncatedNormalV2");

  /**
   * An operation that does not compute in float64: TensorFlow has no such kernel, or the file asks
   * for float16.
   *
   * @param function the function of the library that it is in, empty for the graph
   */
  record Island(String function, String node, String op) {
    @Override
    public String toString() {
      return (function.isEmpty() ? "" : function + "/") + node + " (" + op + ")";
    }
  }

  /**
   * @param behindIslands nodes of the graph whose value some island has gone into
   * @param moved outputs that another node gives in float64: those of the islands
   */
  record Result(
      GraphDef graph,
      List<Island> islands,
      Set<String> behindIslands,
      Map<Endpoint, Endpoint> moved) {
    /** The graph as it is. */
    static Result none(GraphDef graph) {
      return new Result(graph, List.of(), Set.of(), Map.of());
    }
  }

  private final TensorFlowLibrary library;
  private final List<Island> islands = new ArrayList<>();
  private final Map<Endpoint, Endpoint> moved = new HashMap<>();

  private Float64Rewrite(TensorFlowLibrary library) {
    this.library = library;
  }

  static Result rewrite(GraphDef graph, TensorFlowLibrary library) {
    Float64Rewrite rewrite = new Float64Rewrite(library);
    NodeScope scope = new NodeScope(false);
    graph.getNodeList().forEach(node -> rewrite.rewrite(scope, node, TOP_LEVEL));
    GraphDef.Builder out = graph.toBuilder().clearNode().addAllNode(scope.nodes());
    for (int i = 0; i < graph.getLibrary().getFunctionCount(); i++) {
      out.getLibraryBuilder().setFunction(i, rewrite.function(graph.getLibrary().getFunction(i)));
    }
    return new Result(
        out.build(),
        List.copyOf(rewrite.islands),
        new Reach(graph).behind(rewrite.islands),
        Map.copyOf(rewrite.moved));
  }

  private FunctionDef function(FunctionDef function) {
    NodeScope scope = new NodeScope(true);
    function
        .getNodeDefList()
        .forEach(node -> rewrite(scope, node, function.getSignature().getName()));
    FunctionDef.Builder out = function.toBuilder().clearNodeDef().addAllNodeDef(scope.nodes());
    function.getRetMap().forEach((name, value) -> out.putRet(name, scope.resolve(value)));
    function.getAttrMap().forEach((name, value) -> out.putAttr(name, WidenedAttrs.widened(value)));
    function
        .getArgAttrMap()
        .forEach(
            (index, attrs) -> {
              FunctionDef.ArgAttrs.Builder wide = attrs.toBuilder();
              attrs.getAttrMap().forEach((n, v) -> wide.putAttr(n, WidenedAttrs.widened(v)));
              out.putArgAttr(index, wide.build());
            });
    OpDef.Builder signature = out.getSignatureBuilder();
    signature.getInputArgBuilderList().forEach(Float64Rewrite::widen);
    signature.getOutputArgBuilderList().forEach(Float64Rewrite::widen);
    return out.build();
  }

  private static void widen(OpDef.ArgDef.Builder argument) {
    argument.setType(WidenedAttrs.widened(argument.getType())).clearExperimentalFullType();
  }

  private void rewrite(NodeScope scope, NodeDef node, String place) {
    OpDef definition = library.op(node.getOp());
    NodeDef complete = withTypes(node, definition);
    if (RoundedConstants.has(node)) {
      enclose(scope, complete, definition, place);
    } else if (BatchNormExpansion.OPS.contains(node.getOp())) {
      BatchNormExpansion.expand(scope, complete, definition);
      if (place.equals(TOP_LEVEL)) {
        moveStatistics(scope, node, definition);
      }
    } else if (BatchNormGradExpansion.takes(complete)) {
      BatchNormGradExpansion.expand(scope, complete, definition);
    } else if (ResizeExpansion.OPS.contains(node.getOp())) {
      ResizeExpansion.expand(scope, complete, definition);
    } else if (ResampleExpansion.takes(complete, definition)) {
      ResampleExpansion.expand(scope, complete, definition);
    } else if (VolumePooling.takes(complete)) {
      VolumePooling.expand(scope, complete, DataType.DT_DOUBLE);
    } else if (node.getOp().startsWith("TensorArray")) {
      // their flow is a float32 by definition, and carries no value
      enclose(scope, widened(complete), definition, place);
    } else if (isWidenable(complete, definition)) {
      scope.add(widened(complete));
    } else {
      if (!EXACT_IN_FLOAT32.contains(node.getOp())) {
        islands.add(new Island(place, node.getName(), node.getOp()));
      }
      enclose(scope, complete, definition, place);
    }
    if (isHalf(node)) {
      islands.add(new Island(place, node.getName(), node.getOp()));
    }
  }

  private void moveStatistics(NodeScope scope, NodeDef node, OpDef definition) {
    for (int i = 1; i < definition.getOutputArgCount(); i++) {
      String name = scope.reference(node.getName(), definition.getOutputArg(i).getName(), 0, i);
      moved.put(new Endpoint(node.getName(), i), Endpoint.parse(scope.resolve(name)));
    }
  }

  /** Whether the file itself asks for less than float32 here; what only reads a value does not. */
  private static boolean isHalf(NodeDef node) {
    return !node.getOp().equals("Const")
        && !node.getOp().contains("Variable")
        && !node.getOp().equals("VarHandleOp")
        && node.getAttrMap().values().stream()
            .map(AttrValue::getType)
            .anyMatch(type -> type == DataType.DT_HALF || type == DataType.DT_BFLOAT16);
  }

  /** The node with the types that it leaves to the operation's defaults. */
  private static NodeDef withTypes(NodeDef node, OpDef definition) {
    NodeDef.Builder out = node.toBuilder().clearExperimentalType();
    definition.getAttrList().stream()
        .filter(attr -> attr.hasDefaultValue() && !node.containsAttr(attr.getName()))
        .filter(attr -> WidenedAttrs.isNarrow(attr.getDefaultValue()))
        .forEach(attr -> out.putAttr(attr.getName(), attr.getDefaultValue()));
    return out.build();
  }

  private boolean isWidenable(NodeDef node, OpDef definition) {
    if (EXACT_IN_FLOAT32.contains(node.getOp())) {
      return false;
    }
    boolean isFixed =
        java.util.stream.Stream.concat(
                definition.getInputArgList().stream(), definition.getOutputArgList().stream())
            .anyMatch(argument -> WidenedAttrs.isNarrow(argument.getType()));
    return !isFixed
        && definition.getAttrList().stream()
            .filter(attr -> WidenedAttrs.isNarrow(node.getAttrOrDefault(attr.getName(), NONE)))
            .allMatch(attr -> isWidenable(node, attr));
  }

  private static final AttrValue NONE = AttrValue.getDefaultInstance();

  private boolean isWidenable(NodeDef node, OpDef.AttrDef attr) {
    List<DataType> allowed = attr.getAllowedValues().getList().getTypeList();
    AttrValue value = WidenedAttrs.widened(node.getAttrOrThrow(attr.getName()));
    List<DataType> types =
        value.hasList() ? value.getList().getTypeList() : List.of(value.getType());
    boolean isAllowed = allowed.isEmpty() || allowed.containsAll(types);
    return isAllowed
        && (value.hasList() || library.hasKernel(node.getOp(), attr.getName(), value.getType()));
  }

  private static NodeDef widened(NodeDef node) {
    NodeDef.Builder out = node.toBuilder();
    node.getAttrMap().forEach((name, value) -> out.putAttr(name, WidenedAttrs.widened(value)));
    return out.build();
  }

  /** The node as it is, its inputs narrowed and its outputs widened. */
  private void enclose(NodeScope scope, NodeDef node, OpDef definition, String place) {
    NodeDef.Builder island = node.toBuilder();
    List<FlatArgument> inputs = FlatArgument.of(definition.getInputArgList(), node);
    for (int i = 0; i < inputs.size(); i++) {
      DataType type = inputs.get(i).type();
      if (WidenedAttrs.isNarrow(type)) {
        String name = node.getName() + "/float32_" + i;
        scope.add(NodeScope.cast(name, node.getInput(i), WidenedAttrs.widened(type), type));
        island.setInput(i, scope.reference(name, "y"));
      }
    }
    scope.add(island.build());
    List<FlatArgument> outputs = FlatArgument.of(definition.getOutputArgList(), node);
    for (int i = 0; i < outputs.size(); i++) {
      FlatArgument output = outputs.get(i);
      if (WidenedAttrs.isNarrow(output.type())) {
        String narrow = scope.reference(node.getName(), output.argument(), output.index(), i);
        String name = node.getName() + "/float64_" + i;
        scope.addSettled(
            NodeScope.cast(name, narrow, output.type(), WidenedAttrs.widened(output.type())));
        scope.move(narrow, scope.reference(name, "y"));
        if (place.equals(TOP_LEVEL)) {
          moved.put(new Endpoint(node.getName(), i), new Endpoint(name, 0));
        }
      }
    }
  }
}
