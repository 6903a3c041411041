package io.github.tf2torch.write.pt2;

import io.github.tf2torch.write.pt2.Datum.Form;
import java.util.Arrays;
import java.util.List;

/**
 * An overload of an ATen operator.
 *
 * @param rule what its results are
 */
record Operator(Schema schema, Rule rule) {
  /** The forms of the results, of those of the arguments. */
  @FunctionalInterface
  interface Rule {
    List<Form> forms(Call call);
  }

  /** The form of the one result. */
  @FunctionalInterface
  interface Single {
    Form form(Call call);
  }

  /** One operator a line, all of the same rule. */
  static List<Operator> rows(Single rule, String schemas) {
    return several(call -> List.of(rule.form(call)), schemas);
  }

  static List<Operator> several(Rule rule, String schemas) {
    return Arrays.stream(schemas.split("\n", -1))
        .filter(line -> !line.isBlank())
        .map(line -> new Operator(Schema.parse(line.strip()), rule))
        .toList();
  }
}
