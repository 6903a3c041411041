package io.github.tf2torch.write.pt2;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.write.outline.Outline;
import io.github.tf2torch.write.outline.Section;
import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code models/model.json}: the graph, its signature, and which extents are free.
 *
 * <p>Format: {@code torch/_export/serde/schema.py}, version 8.20, of PyTorch 2.13.
 */
final class ExportedProgram {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final TorchModel model;
  private final Section whole;
  private final FloatType floats;
  private final List<TorchModel.Tensor> tensors;
  private final ModuleStack stack;
  private final Graph graph;
  private final Map<String, Datum.Tensor> held = new LinkedHashMap<>();
  private final List<Datum.Tensor> inputs = new ArrayList<>();
  private final List<Datum.Tensor> outputs = new ArrayList<>();
  private final FreeExtents free;

  private ExportedProgram(TorchModel model, Section whole, FloatType floats, Symbols symbols) {
    this.model = model;
    this.floats = floats;
    this.whole = whole;
    this.stack = new ModuleStack(model.className());
    this.graph = new Graph(symbols, stack);
    this.free = new FreeExtents(symbols);
    this.tensors = ordered(model);
    run();
  }

  /**
   * The program as a graph.
   *
   * @throws UnsupportedOperation where there is no such graph, with the reason
   */
  static ExportedProgram of(TorchModel model, Optional<DType> dtype) {
    Symbols symbols = new Symbols();
    Section whole = Outline.of(model);
    while (true) {
      try {
        return new ExportedProgram(model, whole, new FloatType(dtype), symbols);
      } catch (Symbols.GaveWay e) {
        // one symbol fewer, and so an end
      }
    }
  }

  /** Parameters before buffers, each in the order of the {@code state_dict}. */
  static List<TorchModel.Tensor> ordered(TorchModel model) {
    List<TorchModel.Tensor> all = ModuleTree.of(model).stateDict();
    return Stream.of(TorchModel.Kind.values())
        .flatMap(kind -> all.stream().filter(t -> t.kind() == kind))
        .toList();
  }

  private void run() {
    for (TorchModel.Tensor tensor : tensors) {
      String prefix = tensor.kind() == TorchModel.Kind.PARAMETER ? "p_" : "b_";
      held.put(
          tensor.name(),
          graph.value(
              prefix + tensor.name().replace('.', '_'), form(tensor.recipe()), isTrained(tensor)));
    }
    Map<String, Datum> arguments = new LinkedHashMap<>();
    for (TorchModel.Input input : model.inputs()) {
      Datum.Tensor value =
          graph.value(input.name(), new Form(floats.of(input.dtype()), free.of(input)), false);
      inputs.add(value);
      arguments.put(input.name(), value);
    }
    Map<String, Datum> locals = new Export(model, graph, stack, floats, held).run(whole, arguments);
    for (TorchModel.Output output : model.outputs()) {
      outputs.add(output(locals.get(output.value()), output.name()));
    }
  }

  /** An output that no node makes is made by one. */
  private Datum.Tensor output(Datum value, String name) {
    if (!(value instanceof Datum.Tensor tensor)) {
      throw new UnsupportedOperation("output \"" + name + "\" is no tensor");
    }
    boolean isGiven = inputs.contains(tensor) || held.containsValue(tensor);
    return isGiven ? (Datum.Tensor) graph.call("clone", List.of(tensor)) : tensor;
  }

  static Form form(TensorExpr recipe) {
    return new Form(recipe.dtype(), recipe.shape().dims().stream().map(Extent::of).toList());
  }

  static boolean isTrained(TorchModel.Tensor tensor) {
    return tensor.isTrained() && tensor.recipe().dtype().isFloating();
  }

  /** What it has not of the program, in words. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (EvalForm.isChosen(model)) {
      notes.add("model.pt2 computes as in eval(); to train, take model.py or model.torchscript.pt");
    }
    notes.addAll(free.fixed(model, inputs));
    return notes;
  }

  ObjectNode json() {
    ObjectNode root = JSON.objectNode();
    ObjectNode module = root.putObject("graph_module");
    ObjectNode graphNode = module.putObject("graph");
    ArrayNode given = graphNode.putArray("inputs");
    held.values().forEach(t -> given.add(named(t)));
    inputs.forEach(t -> given.add(named(t)));
    ArrayNode results = graphNode.putArray("outputs");
    outputs.forEach(t -> results.add(named(t)));
    graphNode.set("nodes", graph.nodes());
    graphNode.set("tensor_values", graph.tensorValues());
    graphNode.set("sym_int_values", graph.intValues());
    graphNode.putObject("sym_bool_values");
    graphNode.put("is_single_tensor_return", false);
    graphNode.putObject("custom_obj_values");
    graphNode.putObject("sym_float_values");
    module.set("signature", signature());
    module.set("module_call_graph", calls());
    module.putObject("metadata");
    module.putObject("treespec_namedtuple_fields");
    root.putObject("opset_version").put("aten", 10);
    root.set("range_constraints", free.ranges(inputs));
    root.putObject("schema_version").put("major", 8).put("minor", 20);
    root.putArray("verifiers").add("TRAINING");
    root.put("torch_version", "2.13.0");
    root.set("guards_code", free.guards(model, inputs));
    return root;
  }

  private static ObjectNode named(Datum.Tensor tensor) {
    ObjectNode node = JSON.objectNode();
    node.putObject("as_tensor").put("name", tensor.name());
    return node;
  }

  private ObjectNode signature() {
    ObjectNode signature = JSON.objectNode();
    ArrayNode given = signature.putArray("input_specs");
    for (TorchModel.Tensor tensor : tensors) {
      boolean isParameter = tensor.kind() == TorchModel.Kind.PARAMETER;
      String kind = isParameter ? "parameter" : "buffer";
      ObjectNode spec = given.addObject().putObject(kind);
      spec.putObject("arg").put("name", held.get(tensor.name()).name());
      spec.put(kind + "_name", tensor.name());
      if (!isParameter) {
        spec.put("persistent", true);
      }
    }
    inputs.forEach(t -> given.addObject().putObject("user_input").set("arg", named(t)));
    ArrayNode results = signature.putArray("output_specs");
    outputs.forEach(t -> results.addObject().putObject("user_output").set("arg", named(t)));
    return signature;
  }

  /**
   * The root, whose arguments and result are as those of {@code model.py}, and the modules below it
   * in their order, for {@code torch.export.unflatten}.
   */
  private ArrayNode calls() {
    ArrayNode calls = JSON.arrayNode();
    ObjectNode signature = calls.addObject().put("fqn", "").putObject("signature");
    signature.putArray("inputs");
    signature.putArray("outputs");
    signature.put("in_spec", TreeSpec.arguments(inputs.size()));
    signature.put("out_spec", TreeSpec.result(model.outputs()));
    ArrayNode names = signature.putArray("forward_arg_names");
    model.inputs().forEach(i -> names.add(i.name()));
    below(ModuleTree.of(model), calls);
    return calls;
  }

  private static void below(ModuleTree node, ArrayNode calls) {
    for (ModuleTree child : node.children().values()) {
      calls.addObject().put("fqn", child.path()).putNull("signature");
      below(child, calls);
    }
  }

  /** Sizes of an example of the inputs. */
  List<SampleInputs.Sample> samples() {
    return inputs.stream()
        .map(
            t ->
                new SampleInputs.Sample(
                    t.dtype(), new Shape(t.sizes().stream().map(Extent::hint).toList())))
        .toList();
  }
}
