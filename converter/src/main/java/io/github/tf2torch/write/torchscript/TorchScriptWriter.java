package io.github.tf2torch.write.torchscript;

import io.github.tf2torch.model.target.ModuleTree;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.write.pass.TensorFilePlan;
import io.github.tf2torch.write.pass.WritePass;
import io.github.tf2torch.write.pass.ZipFilePlan;
import io.github.tf2torch.write.pickle.Pickle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The TorchScript archive: code, an object tree in {@code data.pkl}, and a storage for each tensor.
 *
 * <p>Format: {@code torch/csrc/jit/serialization/export_module.cpp} and {@code import.cpp}.
 */
public final class TorchScriptWriter {
  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  private TorchScriptWriter() {}

  /**
   * Writes the program in {@code floatType}: float32 tensors, literals and casts follow it.
   *
   * @param taps forward then returns a list, first the outputs, then the value of every tap, each
   *     as the program holds it; without, the output itself, or a dictionary of several
   */
  public static void write(
      TorchModel model, TensorSource source, DType floatType, boolean taps, Path file)
      throws IOException {
    TensorFilePlan plan = plan(model, floatType, taps, file);
    new WritePass(WritePass.Options.defaults()).run(List.of(plan), source);
  }

  /** The same file, to be written with others in one pass. */
  public static TensorFilePlan plan(TorchModel model, DType floatType, boolean taps, Path file) {
    ModuleTree tree = ModuleTree.of(model);
    ScriptProgram program = ScriptProgram.of(model, tree, taps);
    List<TorchModel.Tensor> tensors = tree.stateDict();
    String code = program.code(new ScriptExpressions(floatType));
    ZipFilePlan plan =
        new ZipFilePlan(file)
            .add("model/data.pkl", objects(tree, program, tensors, floatType))
            .add("model/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8))
            .add("model/constants.pkl", EMPTY_TUPLE)
            .add("model/byteorder", "little");
    for (int i = 0; i < tensors.size(); i++) {
      plan.add("model/data/" + i, in(floatType, tensors.get(i).recipe()));
    }
    return plan.add("model/version", version(code));
  }

  /** The pickle of the object tree, which says which storage each tensor is in. */
  public static byte[] index(TorchModel model, DType floatType, boolean taps) {
    ModuleTree tree = ModuleTree.of(model);
    return objects(tree, ScriptProgram.of(model, tree, taps), tree.stateDict(), floatType);
  }

  /**
   * The lowest that has all of its operators, as {@code caffe2/serialize/versions.h} counts: 10
   * gave {@code gelu} its argument.
   */
  private static String version(String code) {
    return code.contains("approximate=") ? "10\n" : "3\n";
  }

  private static TensorExpr in(DType floatType, TensorExpr recipe) {
    return recipe.dtype() == DType.FLOAT32 && floatType != DType.FLOAT32
        ? new TensorExpr.Cast(recipe, floatType)
        : recipe;
  }

  private static byte[] objects(
      ModuleTree tree, ScriptProgram program, List<TorchModel.Tensor> tensors, DType floatType) {
    Map<String, Integer> storages = new HashMap<>();
    for (int i = 0; i < tensors.size(); i++) {
      storages.put(tensors.get(i).name(), i);
    }
    Pickle pickle = new Pickle();
    object(tree, program, storages, floatType, pickle);
    return pickle.bytes();
  }

  private static void object(
      ModuleTree node,
      ScriptProgram program,
      Map<String, Integer> storages,
      DType floatType,
      Pickle pickle) {
    pickle.global(ScriptClass.PACKAGE, program.at(node.path()).name()).emptyTuple().newObject();
    pickle.emptyDict().mark();
    for (TorchModel.Tensor tensor : node.tensors()) {
      TensorExpr recipe = in(floatType, tensor.recipe());
      pickle.text(tensor.name().substring(tensor.name().lastIndexOf('.') + 1));
      pickle.tensor(
          storages.get(tensor.name()).toString(),
          recipe.dtype(),
          recipe.shape(),
          tensor.isTrained());
    }
    pickle.text("training").bool(false);
    node.children()
        .forEach(
            (name, child) -> {
              pickle.text(name);
              object(child, program, storages, floatType, pickle);
            });
    pickle.setItems().build();
  }
}
