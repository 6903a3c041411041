package io.github.tf2torch.model.source;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One operation of a graph. Attributes are complete: what a writer stripped because it equalled its
 * default is filled in by the reader.
 */
public record Node(
    String name,
    String op,
    List<Endpoint> inputs,
    List<String> controlInputs,
    Map<String, Attr> attrs) {
  /** Begins the op of a node that no file holds: fusion made it of several. */
  public static final String FUSED = "fused.";

  /**
   * Begins the attributes in which a reader notes what a node does in training, where the graph
   * says what it does at inference.
   */
  public static final String IN_TRAINING = "_in_training_";

  public Node {
    inputs = List.copyOf(inputs);
    controlInputs = List.copyOf(controlInputs);
    attrs = Map.copyOf(attrs);
  }

  public Endpoint input(int index) {
    return inputs.get(index);
  }

  public Endpoint output(int index) {
    return new Endpoint(name, index);
  }

  public boolean hasAttr(String attr) {
    return attrs.containsKey(attr);
  }

  public long intAttr(String attr) {
    return get(attr, Attr.Int.class).value();
  }

  public float floatAttr(String attr) {
    return get(attr, Attr.Float.class).value();
  }

  public boolean boolAttr(String attr) {
    return get(attr, Attr.Bool.class).value();
  }

  public String textAttr(String attr) {
    return get(attr, Attr.Text.class).value();
  }

  public DType typeAttr(String attr) {
    return get(attr, Attr.Type.class).value();
  }

  public Optional<Dims> shapeAttr(String attr) {
    return get(attr, Attr.ShapeOf.class).value();
  }

  public TensorValue tensorAttr(String attr) {
    return get(attr, Attr.Tensor.class).value();
  }

  public String functionAttr(String attr) {
    return get(attr, Attr.Function.class).name();
  }

  public List<Long> intsAttr(String attr) {
    return get(attr, Attr.ListOf.class).values().stream().map(a -> ((Attr.Int) a).value()).toList();
  }

  private <A extends Attr> A get(String attr, Class<A> type) {
    Attr value = attrs.get(attr);
    if (!type.isInstance(value)) {
      throw new IllegalStateException(
          "node \"" + name + "\" (" + op + ") has no " + type.getSimpleName() + " " + attr);
    }
    return type.cast(value);
  }
}
