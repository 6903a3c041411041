package io.github.tf2torch.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.read.keras.KerasFile;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.LayerRuleSet;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Models of classes that a user wrote: {@code keras/make_refused.py}. */
class RefusedLayersTest {
  @Test
  void allAreToldTogetherWithTheirConfigurations() throws IOException {
    assertThatThrownBy(() -> translate("refused_layers.keras"))
        .isInstanceOf(UnsupportedOperation.class)
        .hasMessageStartingWith("4 layers have no translation:\n")
        .hasMessageContaining("  left (Gate): has no rule. Its configuration: {name=\"left\"")
        .hasMessageContaining("scale=1.5")
        .hasMessageContaining("  right (Gate): has no rule. ")
        .hasMessageContaining("scale=2.5")
        .hasMessageContaining("  inner/warp (Warp): has no rule. ")
        .hasMessageContaining("scale=4.0")
        .hasMessageContaining("  behind (Warp): has no rule. ")
        .hasMessageContaining("class GateRule implements LayerRule")
        .hasMessageContaining("class WarpRule implements LayerRule");
  }

  @Test
  void aClassOfTheSameNameAsKerasOwnIsAnotherOne() {
    assertThatThrownBy(() -> translate("refused_namesake.keras"))
        .isInstanceOf(UnsupportedOperation.class)
        .hasMessageContaining(
            "  attention (Attention): is Custom>Attention and not Keras's own, and has no rule.")
        .hasMessageContaining("class CustomAttentionRule implements LayerRule")
        .hasMessageContaining("return Set.of(\"Custom>Attention\");");
  }

  @Test
  void cellsOfAUserAreNotTakenForKerasOwn() {
    assertThatThrownBy(() -> translate("refused_cells.keras"))
        .isInstanceOf(UnsupportedOperation.class)
        .hasMessageContaining("  cell (RNN): is around a my>GRUCell, which is not Keras's own;")
        .hasMessageContaining("  stack (RNN): is around a my>GRUCell, which is not Keras's own;")
        .hasMessageContaining("  both (Bidirectional): is around a my>GRUCell, which is not")
        .hasMessageContaining("  ways (Bidirectional): is my>LSTM and not Keras's own, and has no");
  }

  @Test
  void noRuleBeginsForALayerOfText() {
    List<Layer> lacking =
        Stream.of("Hashing", "StringLookup", "Lambda")
            .map(c -> new Layer(c, "x", new Config.Absent(), List.of(), List.of(), List.of()))
            .toList();
    assertThat(UnknownLayer.help(lacking))
        .contains("class LambdaRule implements LayerRule")
        .doesNotContain("HashingRule", "StringLookupRule");
    assertThat(UnknownLayer.help(lacking.subList(0, 2))).endsWith("--to safetensors,pt.");
  }

  @Test
  void aRuleUnderTheFullNameIsForTheUsersClass() throws IOException {
    Layer users = model("refused_namesake.keras").keras().orElseThrow().root().layers().get(1);
    Layer own =
        new Layer(
            "Attention", "own", users.config(), List.of(), List.of(), List.of(), Optional.empty());
    LayerRule rule = new Rule();
    LayerRuleSet rules = LayerRuleSet.installed().with(List.of(rule));
    assertThat(rules.rule(users)).contains(rule);
    assertThat(rules.rule(own)).isPresent().isNotEqualTo(Optional.of(rule));
  }

  @Test
  void aModelWhoseCodeIsPythonIsToldWhatToDo() {
    assertThatThrownBy(() -> translate("refused_model.keras"))
        .isInstanceOf(UnsupportedOperation.class)
        .hasMessageContaining("the file does not say what __main__>Net \"net\" computes")
        .hasMessageContaining("model.export(DIR), and convert the SavedModel")
        .hasMessageContaining("--plugin JAR")
        .hasMessageContaining("--to safetensors,pt");
  }

  private static Translation translate(String file) throws IOException {
    return Translator.translate(model(file), TranslationOptions.defaults());
  }

  private static TfModel model(String file) throws IOException {
    try (KerasFile opened =
        KerasFile.open(
            Path.of(RefusedLayersTest.class.getResource("/keras/" + file).toURI()),
            ReadOptions.defaults())) {
      return opened.model();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Rule implements LayerRule {
    @Override
    public Set<String> layers() {
      return Set.of("Custom>Attention");
    }

    @Override
    public void translate(Layer layer, LayerContext context) {
      context.output(context.input());
    }
  }
}
