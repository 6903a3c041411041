package io.github.tf2torch.write.torchscript;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.write.pass.TensorFilePlan;
import io.github.tf2torch.write.pass.WritePass;
import io.github.tf2torch.write.pass.ZipFilePlan;
import io.github.tf2torch.write.pickle.Pickle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One step of an optimizer as a TorchScript archive, for libtorch to take where no Python is.
 *
 * <p>{@code forward(p, g, <state>..., numbers) -> [p, <state>..., numbers]}: a parameter, its
 * gradient, its state in the order of {@link UpdateRule#state()}, and the group's numbers, float64
 * in the order of {@link UpdateRule#numbers()}; the same after the step. Nothing changes in place.
 * Every parameter of a group steps with the numbers from before the step.
 */
public final class StepWriter {
  private static final String CLASS = "Step";
  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  private StepWriter() {}

  /** Writes the step of a group whose parameters keep {@link UpdateRule#state()}. */
  public static void write(UpdateRule rule, Path file) throws IOException {
    new WritePass(WritePass.Options.defaults()).run(List.of(plan(rule, file)), new Nothing());
  }

  /** The same file, to be written with others in one pass. */
  public static TensorFilePlan plan(UpdateRule rule, Path file) {
    return new ZipFilePlan(file)
        .add("step/data.pkl", object())
        .add("step/code/__torch__.py", code(rule).getBytes(StandardCharsets.UTF_8))
        .add("step/constants.pkl", EMPTY_TUPLE)
        .add("step/byteorder", "little")
        .add("step/version", "3\n");
  }

  /** A step holds no tensors. */
  private static final class Nothing implements TensorSource {
    @Override
    public void read(String variable, long offset, ByteBuffer target) {
      throw new AssertionError("a step has no variable " + variable);
    }
  }

  private static byte[] object() {
    Pickle pickle = new Pickle();
    pickle.global(ScriptClass.PACKAGE, CLASS).emptyTuple().newObject();
    pickle.emptyDict().mark().text("training").bool(false).setItems().build();
    return pickle.bytes();
  }

  /** The text of {@code code/__torch__.py}. */
  static String code(UpdateRule rule) {
    List<String> kept = new ArrayList<>(List.of("p"));
    rule.state().forEach(s -> kept.add(s.name()));
    List<String> arguments = new ArrayList<>(kept);
    arguments.add(1, "g");
    arguments.add("numbers_");
    StepExpressions expressions = new StepExpressions(rule);
    StringBuilder out = new StringBuilder("class " + CLASS + "(Module):\n");
    out.append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
    out.append("  def forward(self: ").append(ScriptClass.PACKAGE).append('.').append(CLASS);
    arguments.forEach(a -> out.append(",\n    ").append(a).append(": Tensor"));
    out.append(") -> List[Tensor]:\n");
    List<String> numbers = rule.numbers();
    for (int i = 0; i < numbers.size(); i++) {
      line(out, numbers.get(i) + " = float(torch.select(numbers_, 0, " + i + "))");
    }
    for (List<Statement.Assign> part : List.of(rule.before(), rule.each(), rule.after())) {
      part.forEach(s -> line(out, s.targets().get(0) + " = " + expressions.print(s.value())));
    }
    // Not torch.tensor of them all, which rounds a list of floats to float32 on the way to float64.
    String each =
        numbers.stream()
            .map(n -> "torch.full(annotate(List[int], []), " + n + ", dtype=7)")
            .collect(Collectors.joining(", "));
    line(out, "numbers_1 = torch.stack([" + each + "])");
    kept.add("numbers_1");
    line(out, "results_ = " + new StepExpressions(rule).print(list(kept)));
    line(out, "return results_");
    return out.toString();
  }

  private static Expr list(List<String> names) {
    return new Expr.ListLiteral(names.stream().map(Expr::local).toList());
  }

  private static void line(StringBuilder out, String text) {
    out.append("    ").append(text).append('\n');
  }
}
