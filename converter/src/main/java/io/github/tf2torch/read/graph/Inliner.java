package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Puts function bodies where they are called (function.proto), at any depth. Control flow keeps its
 * branches as functions: each gets a copy of its own, named after the node, so that what an
 * argument stands for is known.
 */
final class Inliner {
  private static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");
  private static final Set<String> CONTROL_FLOW =
      Set.of("If", "StatelessIf", "While", "StatelessWhile", "Case", "StatelessCase");

  /** Calls and branches in one another; each takes a few frames of the stack. */
  private static final int MOST_NESTED = 200;

  /** A few functions that call one another twice each are billions of nodes. */
  private static final long MOST_NODES = 10_000;

  /** A function of this many nodes is expected to be called as often at most. */
  private static final long MOST_COPIES = 50;

  /** What a branch takes even if it is empty, in nodes. */
  private static final int BRANCH_NODES = 8;

  private final OpTable ops;
  private final Map<String, FunctionDef> library = new LinkedHashMap<>();
  private final Map<String, FlatGraph.Branch> branches = new LinkedHashMap<>();
  private final Map<String, FunctionDef> kept = new TreeMap<>();
  private final Names branchNames;
  private final Deque<String> calling = new ArrayDeque<>();
  private final long mostNodes;
  private long inlinedNodes;

  Inliner(OpTable ops, FunctionDefLibrary functions) {
    this.ops = ops;
    functions.getFunctionList().forEach(f -> library.put(f.getSignature().getName(), f));
    mostNodes =
        MOST_NODES
            + MOST_COPIES
                * functions.getFunctionList().stream()
                    .mapToLong(FunctionDef::getNodeDefCount)
                    .sum();
    branchNames = new Names(library.keySet());
  }

  /** The nodes without calls, and where each endpoint of {@code results} went. */
  Flattened inline(List<NodeDef> nodes, List<Endpoint> results) {
    Scope scope = new Scope(nodes.stream().filter(n -> !isCall(n)).map(NodeDef::getName).toList());
    Body body = new Body(this, scope, new BodyPlace("", Map.of(), Map.of(), List.of()));
    body.addTop(nodes);
    List<Endpoint> resolved = results.stream().map(r -> scope.resolve(body.local(r))).toList();
    return new Flattened(new FlatGraph(scope.nodes(), branches, kept), resolved);
  }

  record Flattened(FlatGraph graph, List<Endpoint> results) {}

  /**
   * Where a body is put.
   *
   * @param scope the prefix of its names
   * @param arguments what its arguments stand for there
   * @param attrs the call's values for attributes that the function leaves open
   * @param controls what must run before
   */
  record BodyPlace(
      String scope,
      Map<String, Endpoint> arguments,
      Map<String, AttrValue> attrs,
      List<String> controls) {}

  OpTable ops() {
    return ops;
  }

  boolean isCall(NodeDef node) {
    return CALLS.contains(node.getOp()) || library.containsKey(node.getOp());
  }

  /** The function that a call names, its output arguments in the order of the call's outputs. */
  FunctionDef callee(NodeDef call) {
    String name =
        CALLS.contains(call.getOp())
            ? call.getAttrOrDefault("f", AttrValue.getDefaultInstance()).getFunc().getName()
            : call.getOp();
    return function(name, call.getName());
  }

  private FunctionDef function(String name, String user) {
    FunctionDef function = library.get(name);
    if (function == null) {
      throw new DamagedFile(
          "node \"%s\" calls function \"%s\", which the graph's library lacks"
              .formatted(user, name));
    }
    return function;
  }

  /** Adds a call's body to its scope; its results and controls become known to the scope. */
  void expand(NodeDef call, String id, Scope scope, BodyPlace caller, FlatNode flatCall) {
    FunctionDef function = callee(call);
    enter(function);
    Map<String, AttrValue> attrs =
        CALLS.contains(call.getOp())
            ? flatCall.attr("f").getFunc().getAttrMap()
            : flatCall.def().getAttrMap();
    BodyPlace place =
        new BodyPlace(
            Names.scopeOf(caller.scope(), call.getName()),
            arguments(function, flatCall.inputs(), call.getName()),
            attrs,
            flatCall.controls());
    Body body = new Body(this, scope, place);
    body.addFunction(function.getNodeDefList());
    for (int i = 0; i < function.getSignature().getOutputArgCount(); i++) {
      scope.alias(new Endpoint(id, i), body.result(function, i));
    }
    scope.aliasControl(id, body.controlResults(function));
    calling.pop();
  }

  /** Refuses what never ends, or would not in any memory; {@code calling} is to be popped. */
  private void enter(FunctionDef function) {
    String name = function.getSignature().getName();
    if (calling.contains(name)) {
      throw new UnsupportedFile("function \"" + name + "\" calls itself");
    }
    if (calling.size() >= MOST_NESTED) {
      throw new UnsupportedFile(
          "functions call one another more than %d deep, down to \"%s\""
              .formatted(MOST_NESTED, name));
    }
    inlinedNodes += function.getNodeDefCount();
    if (inlinedNodes > mostNodes) {
      throw new UnsupportedFile(
          "the functions make more than %d nodes where they are called; no more are read"
              .formatted(mostNodes));
    }
    calling.push(name);
  }

  private static Map<String, Endpoint> arguments(
      FunctionDef function, List<Endpoint> values, String call) {
    List<OpDef.ArgDef> names = function.getSignature().getInputArgList();
    if (names.size() != values.size()) {
      throw new DamagedFile(
          "node \"%s\" passes %d values to function \"%s\", which takes %d"
              .formatted(call, values.size(), function.getSignature().getName(), names.size()));
    }
    Map<String, Endpoint> arguments = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      arguments.put(names.get(i).getName(), values.get(i));
    }
    return arguments;
  }

  /** The node with its functions in the state that this graph keeps them. */
  NodeDef keepFunctions(NodeDef node) {
    NodeDef.Builder kept = null;
    for (Map.Entry<String, AttrValue> attr : node.getAttrMap().entrySet()) {
      AttrValue value = attr.getValue();
      if (!value.hasFunc() && value.getList().getFuncCount() == 0) {
        continue;
      }
      kept = kept == null ? node.toBuilder() : kept;
      kept.putAttr(attr.getKey(), keepFunctions(node, attr.getKey(), value));
    }
    return kept == null ? node : kept.build();
  }

  private AttrValue keepFunctions(NodeDef node, String attr, AttrValue value) {
    if (value.hasFunc()) {
      return AttrValue.newBuilder().setFunc(keep(node, attr, value.getFunc())).build();
    }
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    for (int i = 0; i < value.getList().getFuncCount(); i++) {
      list.addFunc(keep(node, attr + "_" + i, value.getList().getFunc(i)));
    }
    return AttrValue.newBuilder().setList(list).build();
  }

  private NameAttrList keep(NodeDef node, String attr, NameAttrList named) {
    if (named.getName().isEmpty()) {
      return named;
    }
    if (!CONTROL_FLOW.contains(node.getOp())) {
      keepAsStored(named.getName(), node.getName());
      return named;
    }
    FunctionDef function = function(named.getName(), node.getName());
    String name =
        branchNames.fresh("", node.getName().replaceAll("[^A-Za-z0-9_]", "_") + "_" + attr);
    branches.put(name, branch(function, name, named.getAttrMap()));
    return NameAttrList.newBuilder().setName(name).build();
  }

  /** A copy; its arguments are numbered, since TensorFlow's names for them differ by the run. */
  private FlatGraph.Branch branch(FunctionDef function, String name, Map<String, AttrValue> attrs) {
    enter(function);
    inlinedNodes += BRANCH_NODES;
    OpDef stored = function.getSignature();
    OpDef.Builder signature =
        OpDef.newBuilder().setName(name).setIsStateful(stored.getIsStateful());
    Map<String, Endpoint> arguments = new LinkedHashMap<>();
    for (OpDef.ArgDef arg : stored.getInputArgList()) {
      String number = "arg" + signature.getInputArgCount();
      arguments.put(arg.getName(), new Endpoint(number, 0));
      signature.addInputArg(arg.toBuilder().setName(number));
    }
    for (OpDef.ArgDef arg : stored.getOutputArgList()) {
      signature.addOutputArg(arg.toBuilder().setName("result" + signature.getOutputArgCount()));
    }
    Scope scope = new Scope(arguments.values().stream().map(Endpoint::node).toList());
    Body body = new Body(this, scope, new BodyPlace("", arguments, attrs, List.of()));
    body.addFunction(function.getNodeDefList());
    List<Endpoint> results = new ArrayList<>();
    for (int i = 0; i < stored.getOutputArgCount(); i++) {
      results.add(scope.resolve(body.result(function, i)));
    }
    List<String> controls = scope.resolveControls(body.controlResults(function));
    calling.pop();
    return new FlatGraph.Branch(signature.build(), scope.nodes(), results, controls);
  }

  /** A function that is named by data, and all that it names in turn. */
  private void keepAsStored(String name, String user) {
    Deque<FunctionDef> open = new ArrayDeque<>(List.of(function(name, user)));
    while (!open.isEmpty()) {
      FunctionDef function = open.pop();
      if (kept.put(function.getSignature().getName(), function) != null) {
        continue;
      }
      for (NodeDef node : function.getNodeDefList()) {
        if (library.containsKey(node.getOp())) {
          open.push(function(node.getOp(), node.getName()));
        }
        for (AttrValue value : node.getAttrMap().values()) {
          List<NameAttrList> named =
              value.hasFunc() ? List.of(value.getFunc()) : value.getList().getFuncList();
          named.stream()
              .filter(f -> !f.getName().isEmpty())
              .forEach(f -> open.push(function(f.getName(), node.getName())));
        }
      }
    }
  }
}
