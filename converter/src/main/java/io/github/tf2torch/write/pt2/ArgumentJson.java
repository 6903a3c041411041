package io.github.tf2torch.write.pt2;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.List;
import java.util.Map;

/** Arguments and forms of tensors as the archive's JSON has them. */
final class ArgumentJson {
  /** {@code ScalarType} of {@code torch/_export/serde/schema.py}. */
  private static final Map<DType, Integer> SCALAR_TYPES =
      Map.ofEntries(
          Map.entry(DType.UINT8, 1),
          Map.entry(DType.INT8, 2),
          Map.entry(DType.INT16, 3),
          Map.entry(DType.INT32, 4),
          Map.entry(DType.INT64, 5),
          Map.entry(DType.FLOAT16, 6),
          Map.entry(DType.FLOAT32, 7),
          Map.entry(DType.FLOAT64, 8),
          Map.entry(DType.COMPLEX64, 10),
          Map.entry(DType.COMPLEX128, 11),
          Map.entry(DType.BOOL, 12),
          Map.entry(DType.BFLOAT16, 13));

  /** {@code Layout.Strided}. */
  private static final int STRIDED = 7;

  /** {@code ArgumentKind}. */
  private static final int POSITIONAL = 1;

  private static final int KEYWORD = 2;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ArgumentJson() {}

  /** Its strides are those of a tensor without gaps, in order. */
  static ObjectNode form(Form form, boolean requiresGrad) {
    ObjectNode node = JSON.objectNode().put("dtype", scalarType(form.dtype()));
    ArrayNode sizes = node.putArray("sizes");
    form.sizes().forEach(e -> sizes.add(extent(e)));
    node.put("requires_grad", requiresGrad);
    node.putObject("device").put("type", "cpu").putNull("index");
    Extent stride = Extent.of(1);
    ArrayNode strides = JSON.arrayNode();
    for (int i = form.sizes().size() - 1; i >= 0; i--) {
      strides.insert(0, extent(stride));
      stride = stride.times(form.sizes().get(i).max(Extent.of(1)));
    }
    node.set("strides", strides);
    node.putObject("storage_offset").put("as_int", 0);
    return node.put("layout", STRIDED);
  }

  static int scalarType(DType dtype) {
    Integer number = SCALAR_TYPES.get(dtype);
    if (number == null) {
      throw new UnsupportedOperation("torch.export has no tensors of " + dtype.torchName());
    }
    return number;
  }

  static ObjectNode extent(Extent extent) {
    ObjectNode node = JSON.objectNode();
    if (extent.isKnown()) {
      return node.put("as_int", extent.known().getAsLong());
    }
    ObjectNode expression = node.putObject("as_expr").put("expr_str", extent.sympy());
    expression.putObject("hint").put("as_int", extent.hint());
    return node;
  }

  static ObjectNode plain(String name, Datum value) {
    ObjectNode node = JSON.objectNode().put("name", name);
    node.set("arg", plain(value));
    return node.put("kind", POSITIONAL);
  }

  private static ObjectNode plain(Datum value) {
    ObjectNode node = JSON.objectNode();
    if (value instanceof Datum.Tensor v) {
      node.putObject("as_tensor").put("name", v.name());
    } else if (value instanceof Datum.Whole v && v.extent().isKnown()) {
      node.put("as_int", v.extent().known().getAsLong());
    } else if (value instanceof Datum.Whole v) {
      node.putObject("as_sym_int").put("as_name", v.name());
    } else if (value instanceof Datum.Number v) {
      number(node, v.value());
    } else if (value instanceof Datum.Flag v) {
      node.put("as_bool", v.value());
    } else if (value instanceof Datum.Text v) {
      node.put("as_string", v.value());
    } else if (value instanceof Datum.Type v) {
      node.put("as_scalar_type", scalarType(v.value()));
    } else if (value instanceof Datum.None) {
      node.put("as_none", true);
    } else {
      throw new AssertionError("no case for " + value.getClass().getSimpleName());
    }
    return node;
  }

  /** What is no number of JSON's has a name in {@code serialize.py}. */
  private static void number(ObjectNode node, double value) {
    if (Double.isNaN(value)) {
      node.put("as_float", "NaN");
    } else if (Double.isInfinite(value)) {
      node.put("as_float", value > 0 ? "Infinity" : "-Infinity");
    } else {
      node.put("as_float", value);
    }
  }

  /** In the form that the schema asks for. */
  static ObjectNode argument(Schema.Argument argument, Datum value) {
    ObjectNode node = JSON.objectNode().put("name", argument.name());
    node.set("arg", typed(argument, value));
    return node.put("kind", argument.isKeyword() ? KEYWORD : POSITIONAL);
  }

  private static ObjectNode typed(Schema.Argument argument, Datum value) {
    return switch (argument.type()) {
      case "Tensor[]" -> {
        ObjectNode node = JSON.objectNode();
        ArrayNode names = node.putArray("as_tensors");
        ((Datum.Items) value)
            .elements()
            .forEach(e -> names.addObject().put("name", ((Datum.Tensor) e).name()));
        yield node;
      }
      case "int[]", "SymInt[]" ->
          value instanceof Datum.None ? plain(value) : wholes(argument, value);
      case "int" -> {
        if (value instanceof Datum.Whole w && !w.extent().isKnown()) {
          throw new UnsupportedOperation(argument.name() + " has to be known and is " + w.extent());
        }
        yield plain(value);
      }
      case "float[]" -> {
        ObjectNode node = JSON.objectNode();
        ArrayNode numbers = node.putArray("as_floats");
        ((Datum.Items) value).elements().forEach(e -> numbers.add(((Datum.Number) e).value()));
        yield node;
      }
      case "float" ->
          value instanceof Datum.Whole w
              ? JSON.objectNode().put("as_float", (double) w.extent().known().getAsLong())
              : plain(value);
      default -> plain(value);
    };
  }

  private static ObjectNode wholes(Schema.Argument argument, Datum value) {
    List<Datum.Whole> all =
        value instanceof Datum.Items items
            ? items.elements().stream().map(Datum.Whole.class::cast).toList()
            : List.of((Datum.Whole) value);
    ObjectNode node = JSON.objectNode();
    if (all.stream().allMatch(w -> w.extent().isKnown())) {
      ArrayNode list = node.putArray("as_ints");
      all.forEach(w -> list.add(w.extent().known().getAsLong()));
      return node;
    }
    if (argument.type().equals("int[]")) {
      throw new UnsupportedOperation(argument.name() + " has to be known");
    }
    ArrayNode list = node.putArray("as_sym_ints");
    for (Datum.Whole whole : all) {
      if (whole.extent().isKnown()) {
        list.addObject().put("as_int", whole.extent().known().getAsLong());
      } else {
        list.addObject().put("as_name", whole.name());
      }
    }
    return node;
  }
}
