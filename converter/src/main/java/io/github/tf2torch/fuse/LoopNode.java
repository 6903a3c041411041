package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A counted loop as one node. Its inputs: bounds, the sizes of the lists that it writes, sequences
 * with time first, the first states, tensors that every step sees; how many of each, attributes of
 * these names say. Its body takes the number of the step, an item of each sequence, the states and
 * the other tensors, and gives the next states and an item for each list. Its outputs bear the
 * numbers of the loop's: a state is the last one, a list is stacked.
 */
final class LoopNode {
  private final LoopReading reading;
  private final List<Node> body = new ArrayList<>();
  private final List<String> arguments = new ArrayList<>();
  private final List<Endpoint> inputs = new ArrayList<>();
  private final Map<String, Attr> attrs = new LinkedHashMap<>();
  private final List<Node> bounds = new ArrayList<>();
  private final Map<String, Variable> handles = new HashMap<>();

  private LoopNode(LoopReading reading) {
    this.reading = reading;
  }

  /** Puts the node in the place of the loop, and its body into the functions. */
  static void of(LoopReading reading, Rewriting rewriting, Map<String, Graph.Function> functions) {
    LoopNode made = new LoopNode(reading);
    Graph.Function function = made.function();
    List<Node> stacks = made.stacks();
    Node loop = reading.loop;
    made.attrs.put("body", new Attr.Function(function.name()));
    List<Node> nodes = new ArrayList<>(made.bounds);
    nodes.add(new Node(loop.name(), CountedLoop.OP, made.inputs, List.of(), made.attrs));
    functions.put(function.name(), function);
    rewriting.replace(loop, nodes);
    stacks.forEach(
        s ->
            rewriting.replace(
                s, Rewriting.passing(s, LoopReading.origin(LoopReading.list(s), reading.outside))));
    new LastItem(reading).ofStates(rewriting);
    for (int i : reading.constant) {
      rewriting.redirect(loop.output(i), loop.input(i));
    }
  }

  private Graph.Function function() {
    Node loop = reading.loop;
    bounds();
    for (int i : reading.written) {
      inputs.add(
          reading
              .reserve(i)
              .orElseThrow(
                  () -> new CountedLoop.NotCounted("it writes to a list that it did not make")));
    }
    count("sizes", reading.written.size());
    List<Node> inner = new ArrayList<>(reading.body.body().nodes());
    List<Integer> sequences =
        reading.constant.stream().filter(i -> reading.sequence(i).isPresent()).toList();
    String counter = name("step");
    argument(counter);
    for (int i : sequences) {
      inputs.add(reading.sequence(i).orElseThrow());
      argument(name("item_" + i));
    }
    count("sequences", sequences.size());
    for (int i : reading.states) {
      inputs.add(alike(i, reading.states.stream().filter(j -> j != i).toList()));
      argument(reading.body.arguments().get(i));
    }
    count("states", reading.states.size());
    Set<String> declared = new HashSet<>(arguments);
    List<Endpoint> captured = new ArrayList<>();
    List<String> capturing = new ArrayList<>();
    for (Node node : inner) {
      int index = reading.body.arguments().indexOf(node.name());
      if (index < 0) {
        body.add(item(node, sequences));
      } else if (reading.counters.contains(index)) {
        body.add(Rewriting.passing(node, new Endpoint(counter, 0)));
      } else if (reading.constant.contains(index)) {
        Optional<Node> weight =
            reading.outside.maker(
                LoopReading.origin(loop.input(index), reading.outside),
                Set.of("Const", "Variable"));
        Optional<Variable> handle =
            VariableReads.variable(loop.input(index), reading.outside, reading.setting);
        if (weight.isPresent()) {
          body.add(renamed(weight.get(), node.name()));
        } else if (handle.isPresent()) {
          body.add(node);
          handles.put(node.name(), handle.get());
        } else {
          body.add(node);
          captured.add(alike(index, reading.states));
          capturing.add(node.name());
        }
      } else if (!declared.contains(node.name())) {
        body.add(node);
      }
    }
    List<Endpoint> results = new ArrayList<>();
    reading.states.forEach(i -> results.add(reading.body.results().get(i)));
    List<Attr> isLast = new ArrayList<>();
    for (int i : reading.written) {
      Node write = reading.write(i);
      results.add(write.input(2));
      boolean atStep = reading.isCounter(write.input(1));
      if (!reading.isOfItsArray(write, i)) {
        throw new CountedLoop.NotCounted("it writes one array in the order of another");
      }
      if (!atStep && !reading.isZeroInside(write.input(1))) {
        throw new CountedLoop.NotCounted("it writes to another place of a list than its step's");
      }
      isLast.add(new Attr.Bool(!atStep));
    }
    attrs.put("list_is_last", new Attr.ListOf(isLast));
    attrs.put("state_outputs", ints(reading.states));
    attrs.put("list_outputs", ints(reading.written));
    Graph fused = fused(results);
    Set<String> used = new HashSet<>();
    fused.nodes().forEach(n -> n.inputs().forEach(i -> used.add(i.node())));
    results.forEach(r -> used.add(r.node()));
    for (int i = 0; i < captured.size(); i++) {
      if (used.contains(capturing.get(i))) {
        inputs.add(captured.get(i));
        arguments.add(capturing.get(i));
      }
    }
    count("captured", arguments.size() - 1 - sequences.size() - reading.states.size());
    refuseLists(fused);
    return new Graph.Function(reading.body.name() + "/step", arguments, fused, results);
  }

  private String name(String what) {
    return reading.loop.name() + "/" + what;
  }

  private void argument(String name) {
    arguments.add(name);
    body.add(new Node(name, "Placeholder", List.of(), List.of(), Map.of()));
  }

  private void count(String what, int count) {
    attrs.put(what, new Attr.Int(count));
  }

  private static Attr ints(List<Integer> values) {
    return new Attr.ListOf(values.stream().map(i -> (Attr) new Attr.Int(i)).toList());
  }

  private void bounds() {
    for (LoopReading.Bound bound : reading.bounds) {
      Endpoint at =
          bound
              .outside()
              .orElseGet(
                  () -> {
                    Node known =
                        Folding.constant(
                            name("bound_" + bounds.size()), bound.value().orElseThrow());
                    bounds.add(known);
                    return known.output(0);
                  });
      inputs.add(at);
    }
    count("bounds", reading.bounds.size());
  }

  private static Node renamed(Node node, String name) {
    return new Node(name, node.op(), node.inputs(), List.of(), node.attrs());
  }

  /** A read of a sequence is the item of the step. */
  private Node item(Node node, List<Integer> sequences) {
    if (!LoopReading.READS.contains(node.op())) {
      return node;
    }
    int list = reading.argument(LoopReading.origin(LoopReading.list(node), reading.inside));
    if (!sequences.contains(list)) {
      throw new CountedLoop.NotCounted("it reads a list that it does not take as a whole");
    }
    if (!reading.isOfItsArray(node, list)) {
      throw new CountedLoop.NotCounted("it reads one array in the order of another");
    }
    if (!reading.isCounter(node.input(1))) {
      throw new CountedLoop.NotCounted("it reads a sequence at another place than its step's");
    }
    return Rewriting.passing(node, new Endpoint(name("item_" + list), 0));
  }

  private Graph fused(List<Endpoint> results) {
    handles.putAll(reading.setting.handles());
    Setting own = new Setting(Set.copyOf(results), handles, reading.setting.updates());
    return Fusion.fuse(new Graph(InOrder.of(body), reading.graph.functions()), own);
  }

  private static void refuseLists(Graph fused) {
    Set<String> lists = new LinkedHashSet<>();
    fused.nodes().stream()
        .map(Node::op)
        .filter(o -> o.startsWith("TensorList") || o.startsWith("TensorArray"))
        .forEach(lists::add);
    if (!lists.isEmpty()) {
      throw new CountedLoop.NotCounted("it has lists within a step: " + String.join(", ", lists));
    }
  }

  /** What stacks the lists; all that may see them. */
  private List<Node> stacks() {
    Node loop = reading.loop;
    List<Node> found = new ArrayList<>();
    for (Node node : reading.graph.nodes()) {
      for (Endpoint input : node.inputs()) {
        Endpoint at = LoopReading.origin(input, reading.outside);
        if (!at.node().equals(loop.name()) || node.op().equals("Identity")) {
          continue;
        }
        if (reading.counters.contains(at.index())) {
          throw new CountedLoop.NotCounted("the number of its steps is used after it");
        }
        if (!reading.written.contains(at.index())) {
          continue;
        }
        if (LoopReading.STACKS.contains(node.op())) {
          if (!reading.isWhole(node, at.index())) {
            throw new CountedLoop.NotCounted(
                "of its answers some may be left out by " + node.name() + " (" + node.op() + ")");
          }
          found.add(node);
        } else if (!node.op().equals("TensorArraySizeV3")) {
          throw new CountedLoop.NotCounted("its answers are taken by " + node.op());
        }
      }
    }
    return found;
  }

  /**
   * What a variable is before the first step. Keras makes zeros like what the cell answers to the
   * first step, as a state or for the steps that are masked: they are like a state that goes into
   * it unchanged in its extents.
   */
  private Endpoint alike(int variable, List<Integer> states) {
    Endpoint given = reading.loop.input(variable);
    Optional<Node> zeros =
        reading.outside.maker(LoopReading.origin(given, reading.outside), Set.of("ZerosLike"));
    if (zeros.isEmpty()) {
      return given;
    }
    Set<Endpoint> known = new HashSet<>();
    states.forEach(i -> known.add(LoopReading.origin(reading.loop.input(i), reading.outside)));
    return new SameExtents(reading.outside, known)
        .of(zeros.get().input(0))
        .map(
            like -> {
              Node plain =
                  Rewriting.withInputs(
                      renamed(zeros.get(), name("zeros_" + variable)), List.of(like));
              bounds.add(plain);
              return plain.output(0);
            })
        .orElse(given);
  }
}
