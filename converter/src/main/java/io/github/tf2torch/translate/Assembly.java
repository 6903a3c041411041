package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.Expressions;
import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The torch program put together, its modules and tensors in PyTorch's order. */
final class Assembly {
  /** Variables of these names are measured, not trained, whatever layer they stand in. */
  private static final Set<String> STATISTICS =
      Set.of("mean", "variance", "count", "moving_mean", "moving_variance");

  private Assembly() {}

  static TorchModel of(String className, TfModel model, Walked walk, ModuleNames names) {
    List<TorchModel.Instance> modules = new ArrayList<>();
    List<TorchModel.Tensor> tensors = new ArrayList<>();
    for (ModuleCall call : walk.program().modules()) {
      String path = names.module(call);
      modules.add(new TorchModel.Instance(path, call.module()));
      slots(call, path, call.module().parameters(), TorchModel.Kind.PARAMETER, tensors);
      slots(call, path, call.module().buffers(), TorchModel.Kind.BUFFER, tensors);
    }
    Map<String, Variable> variables =
        model.variables().stream().collect(Collectors.toMap(Variable::name, v -> v, (a, b) -> a));
    for (TensorExpr recipe : walk.program().attributes()) {
      tensors.add(new TorchModel.Tensor(names.attribute(recipe), kind(recipe, variables), recipe));
    }
    refuseTwice(tensors);
    ConvolutionPadding padded =
        ConvolutionPadding.of(
            modules, Needless.without(walk.program().statements(), walk.outputs()), walk.outputs());
    TorchModel named =
        new TorchModel(
            className,
            walk.inputs(),
            padded.modules(),
            tensors,
            List.copyOf(padded.body()),
            walk.outputs(),
            reached(walk.taps(), walk.inputs(), padded.body()));
    return inOrder(Computation.isOfLayers(model) ? named : GraphBlocks.in(ScopeLabels.in(named)));
  }

  private static TorchModel inOrder(TorchModel unordered) {
    List<Statement.Assign> body =
        ContainerOrder.of(
            unordered.body().stream().map(Expressions::assign).toList(), unordered.taps());
    ModuleTree tree = ModuleTree.of(unordered);
    List<TorchModel.Instance> ordered = new ArrayList<>();
    leaves(tree, ordered);
    return new TorchModel(
        unordered.className(),
        unordered.inputs(),
        ordered,
        tree.stateDict(),
        List.copyOf(body),
        unordered.outputs(),
        unordered.taps());
  }

  /** Those whose value is still computed. */
  private static List<TorchModel.Tap> reached(
      List<TorchModel.Tap> taps, List<TorchModel.Input> inputs, List<Statement.Assign> body) {
    Set<String> values = new HashSet<>();
    inputs.forEach(i -> values.add(i.name()));
    body.forEach(a -> values.addAll(a.targets()));
    return taps.stream().filter(t -> values.contains(t.value())).toList();
  }

  private static void leaves(ModuleTree tree, List<TorchModel.Instance> into) {
    tree.module().ifPresent(m -> into.add(new TorchModel.Instance(tree.path(), m)));
    tree.children().values().forEach(child -> leaves(child, into));
  }

  private static void slots(
      ModuleCall call,
      String path,
      List<TorchModule.Slot> slots,
      TorchModel.Kind kind,
      List<TorchModel.Tensor> into) {
    for (TorchModule.Slot slot : slots) {
      TensorExpr recipe = call.tensors().get(slot.name());
      if (recipe == null || !recipe.shape().equals(slot.shape())) {
        throw new IllegalStateException(
            path + "." + slot.name() + " is " + slot.shape() + ", its recipe " + recipe);
      }
      into.add(new TorchModel.Tensor(path + "." + slot.name(), kind, recipe));
    }
  }

  private static TorchModel.Kind kind(TensorExpr recipe, Map<String, Variable> variables) {
    boolean trained =
        recipe.dtype().isFloating()
            && !recipe.variables().isEmpty()
            && recipe.variables().stream().map(variables::get).allMatch(Assembly::isTrained);
    return trained ? TorchModel.Kind.PARAMETER : TorchModel.Kind.BUFFER;
  }

  private static boolean isTrained(Variable variable) {
    List<String> segments = Identifiers.segments(variable.name());
    return variable.role() == Role.WEIGHT
        && !STATISTICS.contains(segments.get(segments.size() - 1));
  }

  /** A variable held as a whole by two tensors would train as two. */
  private static void refuseTwice(List<TorchModel.Tensor> tensors) {
    Map<String, String> holders = new HashMap<>();
    List<String> twice = new ArrayList<>();
    for (TorchModel.Tensor tensor : tensors) {
      if (isPart(tensor.recipe())) {
        continue;
      }
      for (String variable : tensor.recipe().variables()) {
        String other = holders.putIfAbsent(variable, tensor.name());
        if (other != null) {
          twice.add("  " + variable + ": " + other + " and " + tensor.name());
        }
      }
    }
    if (!twice.isEmpty()) {
      throw new UnsupportedOperation(
          "variables that several layers share in different forms, which one parameter cannot"
              + " hold:\n"
              + String.join("\n", twice));
    }
  }

  private static boolean isPart(TensorExpr expr) {
    return expr instanceof TensorExpr.Slice || expr.inputs().stream().anyMatch(Assembly::isPart);
  }
}
