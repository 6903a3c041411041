package io.github.tf2torch.verify.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TensorFlowEngineTest {
  private static final List<String> NAMES =
      List.of(
          "relu",
          "normed",
          "mean",
          "variance",
          "channels_first",
          "channels_first_variance",
          "logits");
  private final TinyGraph tiny = new TinyGraph();

  @Test
  void float32RunAnswersAsPythonDid() throws IOException {
    try (TensorFlowEngine engine = tiny.open(Precision.FLOAT32)) {
      // other kernels of tanh and matmul in another version of TensorFlow
      compare(engine, "f32", 1e-6);
      assertThat(engine.islands()).isEmpty();
    }
  }

  @Test
  void float64RunAnswersAsTheNetworkBuiltInFloat64() throws IOException {
    try (TensorFlowEngine engine = tiny.open(Precision.FLOAT64)) {
      // the fused kernel's float64 arithmetic is summed in another order in NCHW
      compare(engine, "f64", 1e-14);
    }
  }

  private void compare(TensorFlowEngine engine, String width, double tolerance) {
    for (boolean isTraining : new boolean[] {false, true}) {
      List<TensorValue> answers =
          engine.run(tiny.feeds(isTraining), NAMES.stream().map(Endpoint::parse).toList());
      for (int i = 0; i < answers.size(); i++) {
        String key = width + (isTraining ? "/train/" : "/eval/") + NAMES.get(i);
        TensorValue expected = tiny.recorded.get(key);
        assertThat(answers.get(i).dtype()).as(key).isEqualTo(expected.dtype());
        assertThat(answers.get(i).shape()).as(key).isEqualTo(expected.shape());
        assertThat(answers.get(i).doubles())
            .as(key)
            .containsExactly(expected.doubles(), within(tolerance));
      }
    }
  }

  @Test
  void operationWithoutAFloat64KernelIsAnIslandAndSaidSo() throws IOException {
    try (TensorFlowEngine engine = tiny.open(Precision.FLOAT64)) {
      assertThat(engine.islands())
          .contains("lrn (LRN)")
          .anyMatch(island -> island.matches("choice_true_\\d+/.*\\(LRN\\)"))
          .hasSize(2);
      assertThat(engine.isFloat64(new Endpoint("logits", 0))).isTrue();
      assertThat(engine.isFloat64(new Endpoint("after_lrn", 0))).isFalse();
      assertThat(engine.isFloat64(new Endpoint("islands_in_branches", 0))).isFalse();
      List<TensorValue> answers =
          engine.run(
              tiny.feeds(false), List.of(new Endpoint("lrn", 0), new Endpoint("after_lrn", 0)));
      assertThat(answers).extracting(TensorValue::dtype).containsOnly(DType.FLOAT64);
      // sums of some 200 values of which each passed through float32
      assertThat(answers.get(1).doubles())
          .containsExactly(tiny.recorded.get("f32/eval/after_lrn").doubles(), within(1e-4));
    }
  }

  @Test
  void islandsInsideBranchesAnswerAsInFloat32() throws IOException {
    try (TensorFlowEngine engine = tiny.open(Precision.FLOAT64)) {
      for (boolean isTraining : new boolean[] {false, true}) {
        TensorValue answer =
            engine
                .run(tiny.feeds(isTraining), List.of(new Endpoint("islands_in_branches", 0)))
                .get(0);
        String key = "f32/" + (isTraining ? "train" : "eval") + "/islands_in_branches";
        // the values come from a float32 run, and each passes through float32 on the way
        assertThat(answer.doubles())
            .containsExactly(tiny.recorded.get(key).doubles(), within(1e-5));
      }
    }
  }

  @Test
  void randomNumbersAreTheSameInBothPrecisions() throws IOException {
    try (TensorFlowEngine engine = tiny.open(Precision.FLOAT64)) {
      assertThat(engine.run(Map.of(), List.of(new Endpoint("drawn", 0))).get(0).doubles())
          .containsExactly(tiny.recorded.get("drawn").doubles());
    }
  }

  @Test
  void settingsNameVersionThreadsAndSwitches() throws IOException {
    try (TensorFlowEngine engine = tiny.open(Precision.FLOAT64)) {
      assertThat(engine.settings().version()).startsWith("2.");
      assertThat(engine.settings().threads()).isEqualTo(1);
      assertThat(engine.settings().settings())
          .containsEntry("TF_ENABLE_ONEDNN_OPTS", "0")
          .containsEntry("precision", "float64");
    }
  }

  @Test
  void aGraphOfAnotherMachineRunsHere() throws IOException {
    try (TensorFlowEngine engine = tiny.openAt("/job:localhost/replica:0/task:0/device:GPU:0")) {
      compare(engine, "f32", 1e-6);
    }
  }

  @Test
  void anInputThatNothingNeedsIsNotFed() throws IOException {
    Map<Endpoint, TensorValue> feeds = new HashMap<>(tiny.feeds(false));
    feeds.put(new Endpoint("discount", 0), TensorValue.ofDoubles(DType.FLOAT32, Shape.of(), 1));
    try (TensorFlowEngine engine = tiny.open(Precision.FLOAT32)) {
      assertThat(engine.run(feeds, List.of(new Endpoint("logits", 0)))).hasSize(1);
    }
  }

  @Test
  void unknownOutputIsAWrongRequest() throws IOException {
    try (TensorFlowEngine engine = tiny.open(Precision.FLOAT32)) {
      assertThatThrownBy(() -> engine.run(tiny.feeds(false), List.of(new Endpoint("nowhere", 0))))
          .isInstanceOf(BadRequest.class)
          .hasMessage("the graph has no output nowhere:0");
    }
  }

  @Test
  void failureOfTheEngineKeepsItsWords() throws IOException {
    try (TensorFlowEngine engine = tiny.open(Precision.FLOAT32)) {
      assertThatThrownBy(() -> engine.run(Map.of(), List.of(new Endpoint("relu", 0))))
          .isInstanceOf(EngineFailure.class)
          .hasMessageContaining("image");
    }
  }
}
