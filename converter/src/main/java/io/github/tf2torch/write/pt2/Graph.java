package io.github.tf2torch.write.pt2;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * The graph while it is written: nodes in order, and what is known of the values between them.
 *
 * <p>Format: {@code torch/_export/serde/schema.py}, version 8.20.
 */
final class Graph {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Read once: a program is written anew where one of its extents gives way. */
  private static final Operators OPERATORS = new Operators();

  private final Symbols symbols;
  private final ModuleStack stack;
  private final Set<String> names = new HashSet<>();

  /** The last number that was tried: an unrolled loop wants one name tens of thousands of times. */
  private final Map<String, Integer> taken = new HashMap<>();

  private final Map<Extent, Datum.Whole> computed = new HashMap<>();
  private final ArrayNode nodes = JSON.arrayNode();
  private final ObjectNode tensorValues = JSON.objectNode();
  private final ObjectNode intValues = JSON.objectNode();

  /**
   * @param stack the modules in whose calls nodes are made
   */
  Graph(Symbols symbols, ModuleStack stack) {
    this.symbols = symbols;
    this.stack = stack;
  }

  ArrayNode nodes() {
    return nodes;
  }

  ObjectNode tensorValues() {
    return tensorValues;
  }

  ObjectNode intValues() {
    return intValues;
  }

  /** A value that the graph begins with or a node makes, under a name like that. */
  Datum.Tensor value(String wanted, Form form, boolean requiresGrad) {
    String name = claim(wanted);
    tensorValues.set(name, ArgumentJson.form(form, requiresGrad));
    return new Datum.Tensor(name, form);
  }

  private String claim(String wanted) {
    String name = wanted;
    while (!names.add(name)) {
      name = wanted + "_" + taken.merge(wanted, 1, Integer::sum);
    }
    return name;
  }

  /** The results of an operator; a list where it answers one. */
  Datum call(String operator, List<Datum> given) {
    Operator found = OPERATORS.find(operator, given);
    Schema schema = found.schema();
    Map<Schema.Argument, Datum> bound = schema.bound(given).orElseThrow();
    List<Form> forms = forms(found, Call.of(schema, bound, symbols));
    List<Datum> results = new ArrayList<>();
    boolean isSingle = schema.returns().equals("Tensor");
    String name = isSingle ? "" : claim(operator);
    forms.forEach(f -> results.add(value(isSingle ? operator : "getitem", f, false)));
    ObjectNode node =
        node(schema.target(), isSingle ? ((Datum.Tensor) results.get(0)).name() : name);
    ArrayNode inputs = (ArrayNode) node.get("inputs");
    bound.forEach((argument, value) -> inputs.add(ArgumentJson.argument(argument, value)));
    ArrayNode outputs = (ArrayNode) node.get("outputs");
    if (schema.returns().equals("Tensor[]")) {
      ArrayNode list = outputs.addObject().putArray("as_tensors");
      results.forEach(r -> list.addObject().put("name", ((Datum.Tensor) r).name()));
    } else {
      results.forEach(
          r -> outputs.addObject().putObject("as_tensor").put("name", ((Datum.Tensor) r).name()));
    }
    return isSingle ? results.get(0) : new Datum.Items(results);
  }

  /** What a rule did not expect is a program that it has no form for. */
  private static List<Form> forms(Operator operator, Call call) {
    try {
      return operator.rule().forms(call);
    } catch (ArithmeticException
        | IndexOutOfBoundsException
        | NoSuchElementException
        | ClassCastException e) {
      throw new UnsupportedOperation(
          operator.schema().name() + " is called so that the shape of its result is not known", e);
    }
  }

  private ObjectNode node(String target, String name) {
    ObjectNode node = nodes.addObject().put("target", target);
    node.putArray("inputs");
    node.putArray("outputs");
    node.putObject("metadata").put("nn_module_stack", stack.text());
    node.putNull("is_hop_single_tensor_return");
    node.put("name", name);
    return node;
  }

  /** An extent of a tensor as a whole number. */
  Datum.Whole size(Datum.Tensor tensor, int dimension) {
    Extent extent = tensor.sizes().get(dimension);
    if (extent.isKnown()) {
      return new Datum.Whole(extent, "");
    }
    return computed.computeIfAbsent(
        extent,
        e ->
            whole(
                "torch.ops.aten.sym_size.int",
                "sym_size",
                e,
                List.of(tensor, Datum.Whole.of(dimension)),
                List.of("self", "dim")));
  }

  /** Python's arithmetic of whole numbers. */
  Datum.Whole arithmetic(String operator, Datum.Whole left, Datum.Whole right) {
    Extent a = left.extent();
    Extent b = right.extent();
    Extent result =
        switch (operator) {
          case "+" -> a.plus(b);
          case "-" -> a.minus(b);
          case "*" -> a.times(b);
          case "//" -> a.over(b);
          case "%" -> a.minus(a.over(b).times(b));
          case "max" -> a.max(b);
          case "min" -> a.min(b);
          default -> throw new AssertionError("no case for " + operator);
        };
    if (result.isKnown()) {
      return new Datum.Whole(result, "");
    }
    String function =
        switch (operator) {
          case "+" -> "add";
          case "-" -> "sub";
          case "*" -> "mul";
          case "//" -> "floordiv";
          case "%" -> "mod";
          default -> "sym_" + operator;
        };
    String target = (function.startsWith("sym_") ? "torch." : "_operator.") + function;
    return computed.computeIfAbsent(
        result, e -> whole(target, function, e, List.of(left, right), List.of("a", "b")));
  }

  private Datum.Whole whole(
      String target, String wanted, Extent extent, List<Datum> inputs, List<String> names) {
    String name = claim(wanted);
    ObjectNode node = node(target, name);
    for (int i = 0; i < inputs.size(); i++) {
      ((ArrayNode) node.get("inputs")).add(ArgumentJson.plain(names.get(i), inputs.get(i)));
    }
    ((ArrayNode) node.get("outputs")).addObject().putObject("as_sym_int").put("as_name", name);
    intValues.set(name, ArgumentJson.extent(extent));
    return new Datum.Whole(extent, name);
  }
}
