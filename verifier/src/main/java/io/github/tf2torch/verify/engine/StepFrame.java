package io.github.tf2torch.verify.engine;

import java.util.List;
import java.util.Map;

/**
 * What goes on around the steps of all variables, in TensorFlow's operations. A batch is one or
 * more runs of the graph, one after another; that of the optimizers is {@link #STEP}.
 */
public interface StepFrame {
  String STEP = "step";

  /** Steps alone. */
  StepFrame NONE =
      new StepFrame() {
        @Override
        public Map<String, Double> slots() {
          return Map.of();
        }

        @Override
        public void before(List<StepOps> variables) {}

        @Override
        public void behind(StepOps variable) {}

        @Override
        public List<String> runs(int done) {
          return List.of(STEP);
        }

        @Override
        public Map<String, Double> numbers(int done) {
          return Map.of();
        }
      };

  /** What it keeps beside each variable, and every element of that before the first batch. */
  Map<String, Double> slots();

  /** Adds what makes other gradients of the gradients, before any step is added. */
  void before(List<StepOps> variables);

  /** Adds what comes behind a variable's step. */
  void behind(StepOps variable);

  /**
   * The runs of a batch.
   *
   * @param done how many batches there were since the hand-over
   */
  List<String> runs(int done);

  /** Numbers that each batch has its own of. */
  Map<String, Double> numbers(int done);
}
