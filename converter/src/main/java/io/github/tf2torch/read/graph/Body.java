package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.problem.DamagedFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/** One list of nodes, a graph's or a function's, on its way into a scope. */
final class Body {
  private final Inliner inliner;
  private final Scope scope;
  private final Inliner.BodyPlace place;
  private final Map<String, String> namesInScope = new HashMap<>();
  private final Map<String, NodeDef> own = new HashMap<>();
  private boolean isFunction;

  Body(Inliner inliner, Scope scope, Inliner.BodyPlace place) {
    this.inliner = inliner;
    this.scope = scope;
    this.place = place;
  }

  void addTop(List<NodeDef> nodes) {
    for (NodeDef node : nodes) {
      declare(node, inliner.isCall(node) ? scope.newCall() : node.getName());
    }
    nodes.forEach(n -> add(own.get(n.getName())));
  }

  void addFunction(List<NodeDef> nodes) {
    isFunction = true;
    for (NodeDef node : nodes) {
      declare(
          node,
          inliner.isCall(node)
              ? scope.newCall()
              : scope.names().fresh(place.scope(), node.getName()));
    }
    nodes.forEach(n -> add(own.get(n.getName())));
  }

  private void declare(NodeDef node, String nameInScope) {
    if (own.put(node.getName(), inliner.ops().complete(bound(node))) != null) {
      throw new DamagedFile("two nodes are named \"" + node.getName() + "\"");
    }
    namesInScope.put(node.getName(), nameInScope);
  }

  /** The node with the call's value for each attribute that its function leaves open. */
  private NodeDef bound(NodeDef node) {
    if (place.attrs().isEmpty()
        || node.getAttrMap().values().stream().noneMatch(a -> !a.getPlaceholder().isEmpty())) {
      return node;
    }
    NodeDef.Builder bound = node.toBuilder();
    for (Map.Entry<String, AttrValue> attr : node.getAttrMap().entrySet()) {
      AttrValue value = place.attrs().get(attr.getValue().getPlaceholder());
      if (value != null) {
        bound.putAttr(attr.getKey(), value);
      }
    }
    return bound.build();
  }

  private void add(NodeDef node) {
    List<Endpoint> inputs = new ArrayList<>();
    List<String> controls = new ArrayList<>();
    for (String input : node.getInputList()) {
      if (input.startsWith("^")) {
        controls.add(control(input.substring(1)));
      } else {
        inputs.add(endpoint(input));
      }
    }
    String name = namesInScope.get(node.getName());
    boolean isCall = inliner.isCall(node);
    if (isCall || Effects.seesState(node.getOp())) {
      controls.addAll(place.controls());
    }
    if (isCall) {
      inliner.expand(node, name, scope, place, new FlatNode(node, inputs, controls));
      return;
    }
    NodeDef named =
        node.toBuilder().setName(name).clearInput().clearExperimentalDebugInfo().build();
    scope.add(new FlatNode(inliner.keepFunctions(named), inputs, controls));
  }

  private String control(String name) {
    Endpoint argument = place.arguments().get(name);
    return argument != null ? argument.node() : node(name);
  }

  /** Where the node of this body went. */
  String node(String name) {
    String inScope = namesInScope.get(name);
    if (inScope == null) {
      throw new DamagedFile("the graph names \"" + name + "\", but has no such node");
    }
    return inScope;
  }

  Endpoint result(FunctionDef function, int output) {
    String name = function.getSignature().getOutputArg(output).getName();
    return endpoint(function.getRetOrDefault(name, name));
  }

  List<String> controlResults(FunctionDef function) {
    return function.getControlRetMap().values().stream().sorted().map(this::node).toList();
  }

  Endpoint local(Endpoint endpoint) {
    return new Endpoint(node(endpoint.node()), endpoint.index());
  }

  private Endpoint endpoint(String text) {
    if (!isFunction) {
      return local(References.endpoint(text));
    }
    String[] parts = text.split(":", -1);
    Endpoint argument = place.arguments().get(parts[0]);
    if (argument != null) {
      return argument;
    }
    String inScope = node(parts[0]);
    int index = parts.length > 2 ? References.index(parts[2], text) : 0;
    return new Endpoint(
        inScope, output(own.get(parts[0]), parts.length > 1 ? parts[1] : "", index));
  }

  private int output(NodeDef node, String arg, int index) {
    if (arg.isEmpty()) {
      return 0;
    }
    if (!inliner.isCall(node)
        || !node.getOp().equals(inliner.callee(node).getSignature().getName())) {
      return inliner.ops().output(node, arg, index);
    }
    FunctionDef function = inliner.callee(node);
    for (int i = 0; i < function.getSignature().getOutputArgCount(); i++) {
      if (function.getSignature().getOutputArg(i).getName().equals(arg)) {
        return i;
      }
    }
    throw new DamagedFile(
        "function \"%s\" has no result \"%s\", which \"%s\" uses"
            .formatted(function.getSignature().getName(), arg, node.getName()));
  }
}
