package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.OpDef;

/** Leaves of a graph what its results need, in an order of use, branches and their results too. */
final class Pruner {
  private static final Set<String> CHOICES = Set.of("If", "StatelessIf", "Case", "StatelessCase");

  private final Map<String, FlatGraph.Branch> branches;
  private final Map<String, FlatGraph.Branch> pruned = new LinkedHashMap<>();
  private final Effects effects;

  private Pruner(FlatGraph graph) {
    branches = new HashMap<>(graph.branches());
    effects = new Effects(graph.branches());
  }

  /** The pruned graph; {@code results} keep their places. */
  static FlatGraph prune(FlatGraph graph, List<Endpoint> results) {
    Pruner pruner = new Pruner(graph);
    Map<Endpoint, Endpoint> moved = new HashMap<>();
    List<FlatNode> nodes = pruner.nodes(graph.nodes(), results, List.of(), moved);
    if (results.stream().anyMatch(moved::containsKey)) {
      throw new IllegalStateException("a result moved");
    }
    return new FlatGraph(nodes, pruner.pruned, graph.library());
  }

  private List<FlatNode> nodes(
      List<FlatNode> all,
      List<Endpoint> results,
      List<String> controls,
      Map<Endpoint, Endpoint> moved) {
    Collection<String> roots =
        Stream.concat(results.stream().map(Endpoint::node), controls.stream()).toList();
    List<FlatNode> ordered = OrderOfUse.of(reached(all, roots));
    Set<String> awaited = effects.worthWaitingFor(ordered);
    List<FlatNode> quiet =
        ordered.stream()
            .map(n -> n.with(n.inputs(), n.controls().stream().filter(awaited::contains).toList()))
            .toList();
    Collection<String> needed =
        Stream.concat(
                results.stream().map(Endpoint::node), controls.stream().filter(awaited::contains))
            .toList();
    return withBranches(reached(quiet, needed), results, moved);
  }

  private static List<FlatNode> reached(List<FlatNode> all, Collection<String> roots) {
    Map<String, FlatNode> byName = FlatGraph.index(all);
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      FlatNode node = byName.get(open.pop());
      if (node != null && seen.add(node.name())) {
        node.inputs().forEach(i -> open.push(i.node()));
        node.controls().forEach(open::push);
      }
    }
    return all.stream().filter(n -> seen.contains(n.name())).toList();
  }

  private List<FlatNode> withBranches(
      List<FlatNode> nodes, List<Endpoint> results, Map<Endpoint, Endpoint> moved) {
    Map<String, SortedSet<Integer>> used = usedOutputs(nodes, results);
    List<FlatNode> rewritten = new ArrayList<>();
    for (FlatNode node : nodes) {
      List<String> own = Branches.of(node).stream().filter(branches::containsKey).toList();
      if (own.isEmpty()) {
        rewritten.add(node);
        continue;
      }
      SortedSet<Integer> outputs = used.getOrDefault(node.name(), new TreeSet<>());
      boolean fewer =
          CHOICES.contains(node.op())
              && outputs.size() < node.attr("Tout").getList().getTypeCount()
              && results.stream().noneMatch(r -> r.node().equals(node.name()));
      if (fewer) {
        int next = 0;
        for (int output : outputs) {
          moved.put(new Endpoint(node.name(), output), new Endpoint(node.name(), next++));
        }
        own.forEach(b -> branches.put(b, withResults(branches.get(b), outputs)));
      }
      own.forEach(b -> pruned.put(b, prune(branches.get(b))));
      rewritten.add(fewer ? withOutputs(node, outputs) : node);
    }
    return rewritten.stream()
        .map(
            n ->
                n.with(
                    n.inputs().stream().map(i -> moved.getOrDefault(i, i)).toList(), n.controls()))
        .toList();
  }

  private FlatGraph.Branch prune(FlatGraph.Branch branch) {
    Map<Endpoint, Endpoint> moved = new HashMap<>();
    List<FlatNode> nodes = nodes(branch.nodes(), branch.results(), branch.controls(), moved);
    Set<String> names = FlatGraph.index(nodes).keySet();
    return new FlatGraph.Branch(
        branch.signature(),
        nodes,
        branch.results(),
        branch.controls().stream()
            .filter(names::contains)
            .filter(effects.worthWaitingFor(nodes)::contains)
            .toList());
  }

  private static Map<String, SortedSet<Integer>> usedOutputs(
      List<FlatNode> nodes, List<Endpoint> results) {
    Map<String, SortedSet<Integer>> used = new HashMap<>();
    Stream.concat(results.stream(), nodes.stream().flatMap(n -> n.inputs().stream()))
        .forEach(e -> used.computeIfAbsent(e.node(), n -> new TreeSet<>()).add(e.index()));
    return used;
  }

  private static FlatGraph.Branch withResults(FlatGraph.Branch branch, SortedSet<Integer> kept) {
    OpDef.Builder signature = branch.signature().toBuilder().clearOutputArg();
    kept.forEach(i -> signature.addOutputArg(branch.signature().getOutputArg(i)));
    return new FlatGraph.Branch(
        signature.build(),
        branch.nodes(),
        kept.stream().map(branch.results()::get).toList(),
        branch.controls());
  }

  private static FlatNode withOutputs(FlatNode node, SortedSet<Integer> kept) {
    AttrValue.ListValue.Builder types = AttrValue.ListValue.newBuilder();
    AttrValue.ListValue.Builder shapes = AttrValue.ListValue.newBuilder();
    for (int i : kept) {
      types.addType(node.attr("Tout").getList().getType(i));
      if (node.attr("output_shapes").getList().getShapeCount() > i) {
        shapes.addShape(node.attr("output_shapes").getList().getShape(i));
      }
    }
    return new FlatNode(
        node.def().toBuilder()
            .putAttr("Tout", AttrValue.newBuilder().setList(types).build())
            .putAttr("output_shapes", AttrValue.newBuilder().setList(shapes).build())
            .removeAttr("_output_shapes")
            .build(),
        node.inputs(),
        node.controls());
  }
}
