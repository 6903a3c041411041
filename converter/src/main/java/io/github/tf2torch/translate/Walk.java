package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.rules.RuleSet;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One pass over the fused graph: every node's rule in turn, inputs before their use. */
final class Walk {
  private final TfModel model;
  private final Graph graph;
  private final TranslationOptions options;
  private final RuleSet rules;
  private final Program program;
  private final Weights weights;
  private final Set<Endpoint> read;

  /** The nodes that TensorFlow has; what fusion takes out of a branch is none of them. */
  private final Set<String> stored;

  private final Map<Endpoint, Value> values = new HashMap<>();
  private final List<TorchModel.Input> inputs = new ArrayList<>();
  private final List<TorchModel.Tap> taps = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final LoopNames loops = new LoopNames();

  Walk(TfModel model, Graph needed, TranslationOptions options, RuleSet rules, ModuleNames names) {
    this.model = model;
    this.graph = needed;
    this.options = options;
    this.rules = rules;
    this.program = new Program(names);
    this.stored = model.graph().byName().keySet();
    this.read =
        Stream.concat(
                needed.nodes().stream().flatMap(n -> n.inputs().stream()),
                model.signature().outputs().stream().map(Signature.Tensor::endpoint))
            .collect(Collectors.toSet());
    this.weights = Weights.of(model);
  }

  Walked run() {
    takeInputs();
    graph.nodes().forEach(this::visit);
    if (!failures.isEmpty()) {
      throw new UnsupportedOperation(
          failures.size()
              + (failures.size() == 1 ? " operation has" : " operations have")
              + " no translation:\n"
              + String.join("\n", failures)
              + "\n"
              + Translator.WHERE_TO_ADD_A_RULE);
    }
    Arrangement arrangement = new Arrangement(program);
    return new Walked(
        program,
        inputs,
        taps,
        model.signature().outputs().stream().map(o -> output(o, arrangement)).toList());
  }

  private void takeInputs() {
    List<Signature.Tensor> all = model.signature().inputs();
    for (Signature.Tensor input : all) {
      TensorType type = InputLayout.type(input, graph, rules, options);
      String name = program.local(all.size() == 1 ? "x" : input.key());
      inputs.add(
          new TorchModel.Input(
              name, input.key(), input.endpoint(), input.dtype(), type.dims(), type.layout()));
      values.put(input.endpoint(), new Held(Expr.local(name), type));
    }
  }

  private void visit(Node node) {
    if (values.containsKey(node.output(0))) {
      return;
    }
    switch (node.op()) {
      case "Const", "Variable" -> weights.of(node).ifPresent(w -> values.put(node.output(0), w));
      case "Placeholder" ->
          throw new BadRequest(
              "the graph reads \""
                  + node.name()
                  + "\", which is no input of signature \""
                  + model.signature().name()
                  + "\"; choose a signature that has it");
      default -> translate(node);
    }
  }

  private void translate(Node node) {
    List<Value> arguments = new ArrayList<>();
    for (Endpoint endpoint : node.inputs()) {
      Value value = values.get(endpoint);
      if (value == null) {
        return; // an op before this one has no translation, which is told already
      }
      arguments.add(value);
    }
    NodeContext context =
        new NodeContext(node, arguments, program, List.of(), i -> read.contains(node.output(i)));
    try {
      if (node.op().equals(LoopTranslation.OP)) {
        LoopTranslation.translate(
            node, context, new LoopTranslation.Around(graph, rules, weights::of, loops));
      } else {
        rules.rule(node.op()).orElseThrow().translate(node, context);
      }
    } catch (NoTranslation e) {
      failures.add("  " + node.name() + " (" + node.op() + "): " + e.getMessage());
      return;
    }
    context
        .outputs()
        .forEach(
            (index, value) -> {
              values.put(node.output(index), value);
              // TensorFlow's own list is no tensor that could be looked at
              if (!LoopTranslation.isList(node, index)) {
                tap(node, index, value, context.label());
              }
            });
  }

  private void tap(Node node, int index, Value value, String label) {
    Endpoint endpoint = node.output(index);
    if (value instanceof Held held
        && held.expr() instanceof Expr.Local local
        && stored.contains(node.name())
        && held.type().dtype().isFloating()) {
      taps.add(
          new TorchModel.Tap(
              endpoint,
              local.name(),
              held.type().dtype(),
              held.type().layout(),
              label,
              Optional.of(held.type().dims())));
    }
  }

  private TorchModel.Output output(Signature.Tensor output, Arrangement arrangement) {
    Value value = values.get(output.endpoint());
    Held held;
    if (value instanceof Held h) {
      held = h;
    } else if (value instanceof Value.Weight w) {
      held = program.attribute(w.recipe());
    } else {
      held = program.tensor((Value.Sizes) value);
    }
    int rank = held.type().rank();
    boolean channelsFirst = rank == 4 && held.type().order().equals(AxisOrder.channelsFirst(4));
    boolean stays = channelsFirst && !options.channelsLastOutputs();
    Held result = arrangement.inOrder(held, stays ? held.type().order() : AxisOrder.identity(rank));
    if (!(result.expr() instanceof Expr.Local)) {
      result = program.assign(output.key(), result.expr(), result.type());
    }
    return new TorchModel.Output(
        output.key(),
        ((Expr.Local) result.expr()).name(),
        output.endpoint(),
        result.type().dtype(),
        result.type().dims(),
        result.type().layout());
  }
}
