package io.github.tf2torch.read.graph;

import io.github.tf2torch.problem.DamagedFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Puts every node after what it reads and waits for, otherwise in the file's order. The back edge
 * of a TF1 loop, from NextIteration to Merge, is left out of account.
 */
final class OrderOfUse {
  private static final Set<String> MERGES = Set.of("Merge", "RefMerge");
  private static final Set<String> BACK_EDGES = Set.of("NextIteration", "RefNextIteration");

  private OrderOfUse() {}

  static List<FlatNode> of(List<FlatNode> nodes) {
    Map<String, Integer> position = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      position.put(nodes.get(i).name(), i);
    }
    int[] open = new int[nodes.size()];
    List<List<Integer>> users = new ArrayList<>();
    nodes.forEach(n -> users.add(new ArrayList<>()));
    for (int i = 0; i < open.length; i++) {
      for (int before : before(nodes, nodes.get(i), position)) {
        users.get(before).add(i);
        open[i]++;
      }
    }
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < open.length; i++) {
      if (open[i] == 0) {
        ready.add(i);
      }
    }
    List<FlatNode> ordered = new ArrayList<>();
    while (!ready.isEmpty()) {
      int next = ready.remove();
      ordered.add(nodes.get(next));
      for (int user : users.get(next)) {
        if (--open[user] == 0) {
          ready.add(user);
        }
      }
    }
    if (ordered.size() < nodes.size()) {
      Set<FlatNode> done = new HashSet<>(ordered);
      throw new DamagedFile(
          "the graph runs in a circle through node \""
              + nodes.stream().filter(n -> !done.contains(n)).findFirst().orElseThrow().name()
              + "\"");
    }
    return ordered;
  }

  private static Set<Integer> before(
      List<FlatNode> nodes, FlatNode node, Map<String, Integer> position) {
    Set<Integer> before = new HashSet<>();
    node.inputs().forEach(i -> addIfHere(before, position.get(i.node())));
    node.controls().forEach(c -> addIfHere(before, position.get(c)));
    if (MERGES.contains(node.op())) {
      before.removeIf(b -> BACK_EDGES.contains(nodes.get(b).op()));
    }
    return before;
  }

  private static void addIfHere(
      Set<Integer> before, @org.jspecify.annotations.Nullable Integer position) {
    if (position != null) {
      before.add(position);
    }
  }
}
