package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a {@code While} of every frame of Enter, Merge, Switch, NextIteration and Exit, which is
 * how TF1 wrote {@code tf.while_loop} and how TensorFlow lowers one when it freezes a graph
 * (tensorflow/core/common_runtime/lower_while_op.cc). Frames in frames stay as they are.
 */
final class FramedLoop implements Pass {
  private static final Set<String> ENTERS = Set.of("Enter", "RefEnter");
  private static final Set<String> MERGES = Set.of("Merge", "RefMerge");
  private static final Set<String> SWITCHES = Set.of("Switch", "RefSwitch");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Map<String, List<Node>> frames = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (ENTERS.contains(node.op()) && node.hasAttr("frame_name")) {
        frames.computeIfAbsent(node.textAttr("frame_name"), f -> new ArrayList<>()).add(node);
      }
    }
    if (frames.isEmpty()) {
      return graph;
    }
    Map<String, Node> nodes = graph.byName();
    Rewriting rewriting = new Rewriting();
    Map<String, Graph.Function> functions = new HashMap<>(graph.functions());
    List<Node> loops = new ArrayList<>();
    frames.forEach(
        (name, enters) ->
            new Frame(name, graph, nodes, enters)
                .loop()
                .ifPresent(
                    loop -> {
                      loops.add(loop.node());
                      loop.functions().forEach(f -> functions.put(f.name(), f));
                      loop.exits().forEach(rewriting::replace);
                    }));
    List<Node> all = new ArrayList<>(rewriting.apply(graph).nodes());
    all.addAll(loops);
    return loops.isEmpty() ? graph : new Graph(InOrder.of(all), functions);
  }

  /** What a frame becomes, and where its results are found. */
  private record Loop(Node node, List<Graph.Function> functions, Map<Node, Node> exits) {}

  /** A variable of the loop. */
  private record Carried(Node enter, Node merge, Node switched, Endpoint next) {}

  private record Frame(String name, Graph graph, Map<String, Node> nodes, List<Node> enters) {
    Optional<Loop> loop() {
      List<Carried> carried = new ArrayList<>();
      List<Node> constants = new ArrayList<>();
      for (Node enter : enters) {
        List<Node> users = users(enter);
        if (users.size() != 1 || !MERGES.contains(users.get(0).op())) {
          constants.add(enter);
          continue;
        }
        Optional<Carried> variable = carried(enter, users.get(0));
        if (variable.isEmpty()) {
          return Optional.empty();
        }
        carried.add(variable.get());
      }
      Set<Endpoint> conditions = new LinkedHashSet<>();
      carried.forEach(c -> conditions.add(c.switched().input(1)));
      Node condition = conditions.size() == 1 ? maker(conditions.iterator().next()) : null;
      return condition == null || !condition.op().equals("LoopCond")
          ? Optional.empty()
          : loop(carried, constants, condition.input(0));
    }

    private Optional<Carried> carried(Node enter, Node merge) {
      Node back = merge.inputs().size() == 2 ? maker(merge.input(1)) : null;
      List<Node> switches = users(merge).stream().filter(n -> SWITCHES.contains(n.op())).toList();
      return back == null || !back.op().endsWith("NextIteration") || switches.size() != 1
          ? Optional.empty()
          : Optional.of(new Carried(enter, merge, switches.get(0), back.input(0)));
    }

    private Optional<Loop> loop(List<Carried> carried, List<Node> constants, Endpoint condition) {
      List<Endpoint> results = new ArrayList<>(carried.stream().map(Carried::next).toList());
      constants.forEach(c -> results.add(c.output(0)));
      Map<Endpoint, String> ofBody = new LinkedHashMap<>();
      carried.forEach(c -> ofBody.put(c.switched().output(1), c.switched().name()));
      Map<Endpoint, String> ofCondition = new LinkedHashMap<>();
      carried.forEach(c -> ofCondition.put(c.merge().output(0), c.merge().name()));
      for (Node constant : constants) {
        ofBody.put(constant.output(0), constant.name());
        ofCondition.put(constant.output(0), constant.name());
      }
      Optional<Graph.Function> body = function(name + "/body", ofBody, results);
      Optional<Graph.Function> test = function(name + "/cond", ofCondition, List.of(condition));
      if (body.isEmpty() || test.isEmpty()) {
        return Optional.empty();
      }
      List<Endpoint> inputs = new ArrayList<>();
      carried.forEach(c -> inputs.add(c.enter().input(0)));
      constants.forEach(c -> inputs.add(c.input(0)));
      Node node =
          new Node(
              name,
              "While",
              inputs,
              List.of(),
              Map.of(
                  "body", new Attr.Function(body.get().name()),
                  "cond", new Attr.Function(test.get().name())));
      Map<Node, Node> exits = new HashMap<>();
      for (int i = 0; i < carried.size(); i++) {
        Endpoint out = carried.get(i).switched().output(0);
        for (Node user : users(carried.get(i).switched())) {
          if (user.op().endsWith("Exit") && user.input(0).equals(out)) {
            exits.put(user, Rewriting.passing(user, node.output(i)));
          }
        }
      }
      return Optional.of(new Loop(node, List.of(body.get(), test.get()), exits));
    }

    /** What lies between the arguments and the results; empty where another frame does. */
    private Optional<Graph.Function> function(
        String function, Map<Endpoint, String> arguments, List<Endpoint> results) {
      Map<String, Node> inside = new LinkedHashMap<>();
      List<Endpoint> open = new ArrayList<>(results);
      while (!open.isEmpty()) {
        Endpoint endpoint = open.remove(open.size() - 1);
        Node node = nodes.get(endpoint.node());
        if (arguments.containsKey(endpoint) || node == null || inside.containsKey(node.name())) {
          continue;
        }
        if (ENTERS.contains(node.op()) || node.op().endsWith("NextIteration")) {
          return Optional.empty();
        }
        inside.put(node.name(), node);
        open.addAll(node.inputs());
      }
      List<Node> body = new ArrayList<>();
      arguments
          .values()
          .forEach(a -> body.add(new Node(a, "Placeholder", List.of(), List.of(), Map.of())));
      for (Node node : graph.nodes()) {
        if (inside.containsKey(node.name())) {
          List<String> waits = node.controlInputs().stream().filter(inside::containsKey).toList();
          body.add(
              new Node(
                  node.name(),
                  node.op(),
                  node.inputs().stream().map(i -> inner(i, arguments)).toList(),
                  waits,
                  node.attrs()));
        }
      }
      return Optional.of(
          new Graph.Function(
              function,
              List.copyOf(arguments.values()),
              new Graph(InOrder.of(body), Map.of()),
              results.stream().map(r -> inner(r, arguments)).toList()));
    }

    private static Endpoint inner(Endpoint endpoint, Map<Endpoint, String> arguments) {
      String argument = arguments.get(endpoint);
      return argument == null ? endpoint : new Endpoint(argument, 0);
    }

    private List<Node> users(Node node) {
      return graph.nodes().stream()
          .filter(n -> n.inputs().stream().anyMatch(i -> i.node().equals(node.name())))
          .toList();
    }

    private Node maker(Endpoint endpoint) {
      return nodes.get(endpoint.node());
    }
  }
}
