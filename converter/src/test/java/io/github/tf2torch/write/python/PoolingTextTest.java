package io.github.tf2torch.write.python;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.target.Expr;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pooling over one axis, which ATen is given all arguments of. */
class PoolingTextTest {
  private static Expr one(long value) {
    return new Expr.ListLiteral(List.of(new Expr.IntLiteral(value)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | 2 | 0 | false | F.max_pool1d(x, 2)",
        "3 | 2 | 0 | true | F.max_pool1d(x, 3, stride=2, ceil_mode=True)",
        "3 | 1 | 1 | false | F.max_pool1d(x, 3, stride=1, padding=1)"
      })
  void whatIsTheDefaultIsNotWritten(
      long kernel, long stride, long padding, boolean ceil, String text) {
    List<Expr> arguments =
        List.of(
            Expr.local("x"),
            one(kernel),
            one(stride),
            one(padding),
            one(1),
            new Expr.BoolLiteral(ceil));
    PoolingText pooling = new PoolingText(new PythonExpressions(Map.of()));
    assertThat(pooling.of("max_pool1d", arguments)).contains(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | false | F.avg_pool1d(x, 2)",
        "1 | false | F.avg_pool1d(x, 2, padding=1, count_include_pad=False)",
        "0 | true | F.avg_pool1d(x, 2, ceil_mode=True, count_include_pad=False)"
      })
  void whatPaddingCountsForIsWrittenWhereThereIsSome(long padding, boolean ceil, String text) {
    List<Expr> arguments =
        List.of(
            Expr.local("x"),
            one(2),
            one(2),
            one(padding),
            new Expr.BoolLiteral(ceil),
            new Expr.BoolLiteral(false));
    PoolingText pooling = new PoolingText(new PythonExpressions(Map.of()));
    assertThat(pooling.of("avg_pool1d", arguments)).contains(text);
  }
}
