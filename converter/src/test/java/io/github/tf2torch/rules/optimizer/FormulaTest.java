package io.github.tf2torch.rules.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormulaTest {
  private static final Expr M = Expr.local("m");

  private static Expr value(String line) {
    return new Formula(Set.of("m", "g")).line(line).value();
  }

  private static Expr numbers(String operator, Expr... operands) {
    return new Expr.FloatArithmetic(operator, List.of(operands));
  }

  @Test
  void whatHoldsATensorIsAnOperatorAndWhatHoldsNumbersIsArithmetic() {
    assertThat(value("m = m * (1 - beta)"))
        .isEqualTo(Expr.aten("mul", M, numbers("-", new Expr.IntLiteral(1), Expr.local("beta"))));
  }

  @Test
  void whatIsAssignedATensorIsOneFromThereOn() {
    Formula formula = new Formula(Set.of("m"));
    formula.line("root = sqrt(m)");
    Statement.Assign next = formula.line("x = root + 1");
    assertThat(next.value())
        .isEqualTo(Expr.aten("add", Expr.local("root"), new Expr.IntLiteral(1)));
  }

  @Test
  void operatorsBindAsInPython() {
    assertThat(value("x = 1 - a ** -b * c"))
        .isEqualTo(
            numbers(
                "-",
                new Expr.IntLiteral(1),
                numbers(
                    "*",
                    numbers("**", Expr.local("a"), numbers("neg", Expr.local("b"))),
                    Expr.local("c"))));
    assertThat(value("x = a - b - c"))
        .isEqualTo(numbers("-", numbers("-", Expr.local("a"), Expr.local("b")), Expr.local("c")));
    assertThat(value("x = -m / g"))
        .isEqualTo(Expr.aten("div", Expr.aten("neg", M), Expr.local("g")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "x = ", "x = 1 +", "x = (1", "x = 1 1", "x = f(1", "x = a ? b"})
  void whatIsNoFormulaIsRefused(String line) {
    assertThatThrownBy(() -> value(line)).isInstanceOf(IllegalArgumentException.class);
  }
}
