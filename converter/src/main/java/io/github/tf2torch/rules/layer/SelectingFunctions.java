package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Functions of {@code keras.ops} that choose, change the type, or multiply by an equation. */
public final class SelectingFunctions implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("Where", "Cast", "ConvertToTensor", "OneHot", "Tril", "Triu", "Einsum");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Operations.requireFunction(context);
    Held x = context.input();
    context.output(
        switch (layer.className()) {
          case "Where" -> chosen(context);
          case "Cast" -> cast(x, dtype(context), context);
          case "ConvertToTensor" -> converted(x, context);
          case "OneHot" -> hot(x, context);
          case "Tril", "Triu" -> triangle(layer.className(), x, context);
          case "Einsum" ->
              context.op(
                  "Einsum",
                  Map.of("equation", Attrs.of(context.settings().text("", "subscripts"))),
                  context.inputs());
          default -> throw new AssertionError("no case for " + layer.className());
        });
  }

  private static Value chosen(LayerContext context) {
    List<Value> all = Operands.of(context);
    if (all.size() != 3 || !isOfBooleans(all.get(0))) {
      throw context.unsupported("does not choose between two by a tensor of booleans");
    }
    return context.op("SelectV2", Map.of(), all);
  }

  private static boolean isOfBooleans(Value value) {
    DType dtype =
        value instanceof Held held
            ? held.type().dtype()
            : value instanceof Value.Weight weight ? weight.recipe().dtype() : DType.FLOAT32;
    return dtype == DType.BOOL;
  }

  private static DType dtype(LayerContext context) {
    String name = context.settings().text("float32", "dtype");
    return DType.ofTorch(name).orElseThrow(() -> context.unsupported("has dtype \"" + name + "\""));
  }

  private static Value cast(Held x, DType dtype, LayerContext context) {
    return context.op("Cast", Map.of("DstT", new Attr.Type(dtype)), List.of(x));
  }

  /** Of a tensor it is the tensor, or a cast. */
  private static Value converted(Held x, LayerContext context) {
    Settings settings = context.settings();
    if (settings.flag(false, "sparse") || settings.flag(false, "ragged")) {
      throw context.unsupported("answers a sparse or ragged tensor");
    }
    return settings.has("dtype") ? cast(x, dtype(context), context) : x;
  }

  private static Value hot(Held x, LayerContext context) {
    Settings settings = context.settings();
    if (settings.flag(false, "sparse")) {
      throw context.unsupported("answers a sparse tensor");
    }
    Map<String, Attr> attrs = Map.of("axis", Attrs.of(settings.whole(-1, "axis")));
    long count = settings.whole(1, "num_classes");
    Value hot =
        context.op(
            "OneHot", attrs, List.of(x, Attrs.scalar(count), Attrs.number(1), Attrs.number(0)));
    DType dtype = dtype(context);
    return dtype == DType.FLOAT32 ? hot : cast((Held) hot, dtype, context);
  }

  private static Value triangle(String name, Held value, LayerContext context) {
    Held x = context.inOrder(value, AxisOrder.identity(value.type().rank()));
    String operator = name.equals("Tril") ? "tril" : "triu";
    Expr diagonal = new Expr.IntLiteral(context.settings().whole(0, "k"));
    TensorType type = x.type();
    return context.assign(Expr.aten(operator, x.expr(), diagonal), type);
  }
}
