package io.github.tf2torch.write.outline;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Expressions;
import io.github.tf2torch.model.target.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Statements that are one call, and what goes in and out of them. */
record Range(int first, int end, List<String> inputs, List<String> outputs) {
  private static final int MOST_VALUES = 4;

  Range {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  static Range between(int first, int end, List<Statement> body, List<String> answered) {
    List<Statement> inner = body.subList(first, end);
    Set<String> defined =
        inner.stream()
            .flatMap(s -> Expressions.assign(s).targets().stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Set<String> inputs = read(inner);
    inputs.removeAll(defined);
    Set<String> later = read(body.subList(end, body.size()));
    later.addAll(answered);
    List<String> outputs = defined.stream().filter(later::contains).toList();
    return new Range(first, end, List.copyOf(inputs), outputs);
  }

  boolean isCall() {
    return !inputs.isEmpty()
        && inputs.size() <= MOST_VALUES
        && !outputs.isEmpty()
        && outputs.size() <= MOST_VALUES;
  }

  List<Statement> replaced(List<Statement> body, String path) {
    List<Statement> all = new ArrayList<>(body.subList(0, first));
    all.add(
        new Statement.Assign(
            outputs, new Expr.ModuleCall(path, inputs.stream().map(Expr::local).toList())));
    all.addAll(body.subList(end, body.size()));
    return all;
  }

  private static Set<String> read(List<Statement> statements) {
    Set<String> all = new LinkedHashSet<>();
    statements.forEach(s -> all.addAll(Expressions.locals(Expressions.value(s))));
    return all;
  }
}
