package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A call of one of TensorFlow's functions among the layers of Keras 2: its first argument by place,
 * the others by the names that TensorFlow gives them.
 */
record TensorFlowCall(LayerContext context) {
  /** How Keras 2 stores a number that comes first. */
  private static final String CONSTANT = "_CONSTANT_VALUE";

  /** What a call has beside what the function takes. */
  private static final Set<String> ALWAYS = Set.of("name", CONSTANT);

  GraphOps ops() {
    return new GraphOps(context);
  }

  Settings arguments() {
    return context.arguments();
  }

  /** The first argument, as the tensor that it is. */
  Held tensor() {
    return context.input();
  }

  /** The first argument, extents as extents. */
  Value x() {
    return arguments()
        .get(CONSTANT)
        .map(stored -> number(stored, dtype()))
        .orElseGet(() -> context.known(tensor()));
  }

  /** All tensors of a list that comes first. */
  List<Value> all() {
    return context.inputs().stream().map(context::known).toList();
  }

  /** An argument by its name: a tensor or numbers of the type of the tensors beside it. */
  Value operand(String name) {
    List<Held> tensors = context.tensors(name);
    if (tensors.size() == 1) {
      return context.known(tensors.get(0));
    }
    return arguments()
        .get(name)
        .map(stored -> number(stored, dtype()))
        .orElseThrow(() -> context.unsupported("is called without " + name));
  }

  private DType dtype() {
    return context.inputs().isEmpty()
        ? context.tensors("y").stream().map(t -> t.type().dtype()).findFirst().orElse(DType.FLOAT32)
        : tensor().type().dtype();
  }

  private Value number(Config stored, DType dtype) {
    return StoredTensor.of(stored, dtype, context);
  }

  /** Whole numbers, some of which may be computed from extents when the program runs. */
  Value extents(String name) {
    List<Held> tensors = context.tensors(name);
    Config stored =
        arguments().get(name).orElseThrow(() -> context.unsupported("is called without " + name));
    if (tensors.isEmpty()) {
      return Attrs.vector(Settings.wholes(stored));
    }
    List<Config> items = Settings.items(stored);
    if (isTensor(stored)) {
      return context.known(tensors.get(0));
    }
    Iterator<Held> next = tensors.iterator();
    List<Value> all = new ArrayList<>();
    for (Config item : items) {
      all.add(isTensor(item) ? context.known(next.next()) : Attrs.scalar(Settings.whole(item)));
    }
    return context.op("Pack", Map.of("axis", Attrs.of(0)), all);
  }

  /** As Keras 2 writes one: a layer's name, a call, an output. */
  private static boolean isTensor(Config stored) {
    return stored instanceof Config.Items items
        && items.values().size() >= 3
        && items.values().get(0) instanceof Config.Text;
  }

  long whole(String name, long otherwise) {
    return arguments().whole(otherwise, name);
  }

  /** An axis of the first argument, counted from its first. */
  int axis(long otherwise) {
    return tensor().type().axis(whole("axis", otherwise));
  }

  Value one(String op, Map<String, Attr> attrs, Value... inputs) {
    return context.op(op, attrs, List.of(inputs));
  }

  /** Says of an argument that the rule does not know that it has no form. */
  void refuseOthers(Set<String> known) {
    Set<String> others = new TreeSet<>(arguments().names());
    others.removeAll(known);
    others.removeAll(ALWAYS);
    if (!others.isEmpty()) {
      throw context.unsupported("is called with " + others + ", which have no rule");
    }
  }
}
