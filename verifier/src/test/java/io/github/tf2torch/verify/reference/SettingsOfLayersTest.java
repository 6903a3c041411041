package io.github.tf2torch.verify.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.nn.Noise;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.read.keras.KerasFile;
import io.github.tf2torch.translate.TranslationOptions;
import io.github.tf2torch.translate.Translator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What single settings of layers become, or what is said of them. */
class SettingsOfLayersTest {
  @ParameterizedTest
  @CsvSource({
    "2.4.0, TensorFlowOpLayer, node_def, CgRSZWx1, 'holds its node in another form than that of"
        + " TensorFlow 2.2 and 2.3. Export the model with model.save(DIR)'",
    "2.5.0, TFOpLambda, function, image.adjust_hue, 'calls tf.image.adjust_hue, which has no rule'",
    "2.2.4, Highway, activation, linear, 'is a class of Keras 1, and a later Keras wrote the file'",
    "2.2.4, AtrousConvolution1D, activation, linear, 'is a class of Keras 1, and a later Keras'",
    "1.2.2, Merge, mode_type, lambda, 'has Python code for its mode, which is never run from a file'",
    "1.2.2, Merge, mode, cross, 'has mode \"cross\"'",
    "1.2.2, Merge, mode, dot, 'multiplies 1 tensors instead of two'",
    "1.2.2, Highway, activation, linear, 'has 0 variables, and its configuration asks for its W'"
  })
  void isRefusedForAReason(
      String version, String className, String setting, String value, String why) {
    assertThatThrownBy(() -> translated(version, className, setting, new Config.Text(value)))
        .isInstanceOf(UnsupportedOperation.class)
        .hasMessageContaining("it (" + className + "): " + why);
  }

  /**
   * {@code numpy.float32(math.sqrt(rate / (1 - rate)))}; of a float32 rate the last is 0.904534.
   */
  @ParameterizedTest
  @CsvSource({"0.3, 0.65465367", "0.9, 3.0", "0.45, 0.90453404"})
  void noiseOfGaussianDropoutIsOfTheRateAsPythonHasIt(double rate, float std) throws IOException {
    TorchModel model = translated("2.4.0", "GaussianDropout", "rate", new Config.Real(rate));
    assertThat(model.modules())
        .extracting(TorchModel.Instance::module)
        .containsExactly(new Noise(std, true));
  }

  private static TorchModel translated(
      String version, String className, String setting, Config value) throws IOException {
    Config shape = new Config.Items(List.of(new Config.Absent(), new Config.Whole(3)));
    Map<String, Config> settings =
        new TreeMap<>(
            Map.of("name", new Config.Text("it"), "batch_input_shape", shape, setting, value));
    Config config = new Config.Fields(settings);
    Layer layer = new Layer(className, "it", config, List.of(), List.of(), List.of());
    Config empty = new Config.Fields(Map.of());
    Layer root = new Layer("Sequential", "model", empty, List.of(), List.of(), List.of(layer));
    KerasModel model =
        new KerasModel(root, List.of(), List.of(), new Config.Absent(), version, "tensorflow");
    try (KerasFile any = KerasFile.open(Recorded.model("former1"), ReadOptions.defaults())) {
      TfModel source = RuleRun.with(any.model(), model);
      return Translator.translate(source, TranslationOptions.defaults()).model();
    }
  }
}
