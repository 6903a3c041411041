package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.diff.Diff;
import io.github.tf2torch.diff.Tolerance;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.UnmappedVariable;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LikeTest {
  /** The dense kernel behind the flattened image is the one that needs to be told. */
  private static final String RULES =
      """
      - source: 'fc1/kernel'
        target: 'classifier.0.weight'
        transform:
        - flatten: [2, 3, 5]
      - source: 'block1_conv1/kernel'
        target: 'features.0.weight'
      - source: 'block1_conv2/kernel'
        target: 'features.2.weight'
        transform: conv
      - source: 'block1_conv3/kernel'
        target: 'features.4.weight'
        transform:
        - permute: [3, 2, 0, 1]
      - source: 'block2_conv1/kernel'
        target: 'features.7.weight'
      - source: 'fc2/kernel'
        target: 'classifier.2.weight'
        transform: transpose
      - source: 'fc3/kernel'
        target: 'classifier.4.weight'
      - source: 'predictions/kernel'
        target: 'classifier.6.weight'
      - source: 'block1_conv1/bias'
        target: 'features.0.bias'
      - source: 'block1_conv2/bias'
        target: 'features.2.bias'
      - source: 'block1_conv3/bias'
        target: 'features.4.bias'
      - source: 'block2_conv1/bias'
        target: 'features.7.bias'
      - source: 'fc1/bias'
        target: 'classifier.0.bias'
      - source: 'fc2/bias'
        target: 'classifier.2.bias'
      - source: 'fc3/bias'
        target: 'classifier.4.bias'
      - source: 'predictions/bias'
        target: 'classifier.6.bias'
      """;

  @TempDir Path folder;

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(LikeTest.class.getResource("/mapping/into/" + name).toURI());
  }

  private Optional<String> rules(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("my.yaml"), text);
    return Optional.of(file.toString());
  }

  private Conversion convert(String source, String target, Optional<String> rules)
      throws Exception {
    ConvertOptions options = ConvertOptions.defaults().withLike(new Like(resource(target), rules));
    try (Source opened = Source.open(resource(source))) {
      return Converter.convert(opened, folder.resolve("out"), options, Progress.silent());
    }
  }

  /** The expected file is filled by hand in PyTorch, and gives Keras's outputs. */
  private void assertAsExpected() throws Exception {
    assertIs("expected.safetensors");
  }

  private void assertIs(String file) throws Exception {
    for (String name : new String[] {"model.safetensors", "model.pt"}) {
      try (TensorFile expected = TensorFiles.open(resource(file));
          TensorFile written = TensorFiles.open(folder.resolve("out").resolve(name))) {
        assertThat(
                Diff.of(expected, written, Pattern.compile(""), Tolerance.none(), (d, all) -> {})
                    .isSame())
            .isTrue();
      }
    }
  }

  private static List<String> names(Path file) throws Exception {
    try (TensorFile opened = TensorFiles.open(file)) {
      return opened.variables().stream().map(Variable::name).toList();
    }
  }

  @Test
  void rulesFillEveryTensorBitForBitInTheOrderOfTheTarget() throws Exception {
    convert("vgg", "target.pt", rules(RULES));
    assertAsExpected();
    assertThat(names(folder.resolve("out/model.pt"))).isEqualTo(names(resource("target.pt")));
    JsonNode json = new ObjectMapper().readTree(folder.resolve("out/conversion.json").toFile());
    assertThat(json.path("options").path("like").asText())
        .isEqualTo(resource("target.pt").toString());
    assertThat(json.path("options").path("rules").asText()).endsWith("my.yaml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"target.pt", "target.safetensors"})
  void aGraphIsEnoughEvenForLayersAlikeAndTheOrderOfAFlattenedImage(String target)
      throws Exception {
    Conversion conversion = convert("vgg", target, Optional.empty());
    assertAsExpected();
    assertThat(conversion.translation().account().assumed())
        .contains(
            "features.4: nn.Conv2d of \"block1_conv3/kernel\", \"block1_conv3/bias\","
                + " by the order of computation");
  }

  /**
   * Keras counts its layers through the model, which says nothing of PyTorch's names. A shortcut's
   * batch normalization is of the size of two others; query, key and value are one tensor; features
   * that become an image are in another order.
   */
  @ParameterizedTest
  @CsvSource({
    "residual, layer2.0.downsample.1: , behind its convolution",
    "attention, encoder.layers.1.self_attn: attention of 2 heads, by name",
    "decoder, 'first: nn.Linear (its features in the order of x.view(-1, 5, 2, 3)) of ', shapes"
  })
  void layersCountedByKerasAreFoundInModulesOfPeople(String name, String what, String why)
      throws Exception {
    Conversion conversion = convert(name + ".keras", name + ".pt", Optional.empty());
    assertIs(name + ".safetensors");
    assertThat(conversion.translation().account().assumed())
        .anyMatch(a -> a.startsWith(what) && a.endsWith(why));
  }

  @Test
  void aRuleWithoutATransformKnowsTheOrderOfAFlattenedImageFromTheGraph() throws Exception {
    convert(
        "vgg",
        "target.pt",
        rules(
            """
            - source: 'fc1/kernel'
              target: 'classifier.0.weight'
            """));
    assertAsExpected();
  }

  /** The lines to paste are the right ones here, but for the extents of the image. */
  @Test
  void withoutAGraphWhatIsAlikeIsAskedForAndTheAnswerFits() throws Exception {
    String message =
        catchThrowableOfType(
                UnmappedVariable.class,
                () -> convert("vgg.weights.h5", "target.pt", Optional.empty()))
            .getMessage();
    assertThat(message)
        .contains("block1_conv2/kernel, block1_conv2/bias: features.2 or features.4")
        .contains("fc3/kernel, fc3/bias: classifier.2 or classifier.4")
        .contains(
            "fc1/kernel, fc1/bias: into classifier.0, by the extents of the image that it may")
        .contains("features.2.weight float32 [4, 4, 3, 3]")
        .contains("\nTensors that nothing fills (10):\n");
    assertThat(folder.resolve("out")).doesNotExist();
    String lines =
        message
            .substring(message.indexOf("Rules for --rules FILE"))
            .replaceFirst(".*\n", "")
            .replaceFirst(
                "(classifier.0.weight'\n *transform: )transpose", "$1{flatten: [2, 3, 5]}");
    convert("vgg.weights.h5", "target.pt", rules(lines));
    assertAsExpected();
  }

  @Test
  void whatARuleDoesNotSayIsLeftOutInWordsAndNothingIsWritten() throws Exception {
    Optional<String> rules =
        rules(
            """
            - drop: '(block|pred).*'
              reason: not wanted
            - source: 'fc1/kernel'
              target: 'classifier.9.weight'
            - source: 'fc2/kernel'
              target: 'classifier.0.weight'
            - drop: 'fc.*'
            - keep: 'features\\..*'
            """);
    assertThatThrownBy(() -> convert("vgg", "target.pt", rules))
        .isInstanceOf(UnmappedVariable.class)
        .hasMessageContaining("0 of 16 tensors")
        .hasMessageContaining(
            "my.yaml line 3: \"fc1/kernel\" goes to \"classifier.9.weight\", which the target does"
                + " not have")
        .hasMessageContaining("line 5: \"fc2/kernel\": is [6, 6], from which no convention leads")
        .hasMessageContaining("classifier.4.weight float32 [6, 6]")
        .hasMessageNotContaining("features.0.weight float32");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void twoVariablesForOneTensorAreAMistake() throws Exception {
    Optional<String> rules =
        rules(
            """
            - source: 'fc[23]/kernel'
              target: 'classifier.2.weight'
            """);
    assertThatThrownBy(() -> convert("vgg", "target.pt", rules))
        .hasMessageContaining("\"classifier.2.weight\" would be fc3/kernel.permute[1, 0]")
        .hasMessageContaining("it is fc2/kernel.permute[1, 0]");
  }

  @Test
  void aSignatureThatDoesNotExistIsNotPassedOver() throws Exception {
    ReadOptions none =
        new ReadOptions(
            Optional.of("nosuch"), Set.of(), OptionalLong.empty(), List.of(), List.of());
    ConvertOptions options =
        ConvertOptions.defaults().withLike(new Like(resource("target.pt"), Optional.empty()));
    try (Source source = Source.open(resource("vgg"), none)) {
      assertThatThrownBy(() -> Converter.plan(source, folder, options))
          .isInstanceOf(BadRequest.class)
          .hasMessageContaining("nosuch");
    }
  }

  @Test
  void aDryRunAccountsForEverythingAndWritesNothing() throws Exception {
    ConvertOptions options =
        ConvertOptions.defaults().withLike(new Like(resource("target.pt"), Optional.empty()));
    try (Source source = Source.open(resource("vgg"))) {
      Conversion planned = Converter.plan(source, folder.resolve("out"), options);
      assertThat(folder.resolve("out")).doesNotExist();
      Conversion written =
          Converter.convert(source, folder.resolve("out"), options, Progress.silent());
      assertThat(planned.translation().account()).isEqualTo(written.translation().account());
    }
  }

  @Test
  void aTargetInShardsIsFilledAsAWholeOne() throws Exception {
    ConvertOptions shards =
        ConvertOptions.defaults()
            .withLike(new Like(resource("target.pt"), Optional.empty()))
            .withPackaging(new Packaging(Optional.empty(), 2000, false));
    Path target = folder.resolve("target");
    try (Source source = Source.open(resource("vgg"))) {
      Converter.convert(source, target, shards, Progress.silent());
      Path index = target.resolve("model.safetensors.index.json");
      assertThat(index).exists();
      Converter.convert(
          source,
          folder.resolve("out"),
          ConvertOptions.defaults().withLike(new Like(index, Optional.empty())),
          Progress.silent());
    }
    assertAsExpected();
  }

  @Test
  void movingAveragesThatTheSourceDoesNotHaveAreAskedForInVain() throws Exception {
    try (Source source = Source.open(resource("vgg"))) {
      ConvertOptions options = ConvertOptions.defaults().withAverages(true);
      assertThatThrownBy(() -> Converter.plan(source, folder.resolve("out"), options))
          .isInstanceOf(BadRequest.class)
          .hasMessageContaining("--ema")
          .hasMessageContaining("ExponentialMovingAverage");
    }
  }

  @Test
  void aSetThatDoesNotExistIsAMistakeOfTheCaller() {
    assertThatThrownBy(() -> convert("vgg", "target.pt", Optional.of("nosuch")))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("--rules nosuch: there is no such file, and no such set");
  }

  @Test
  void aProgramIsNotWrittenIntoAModelThatExists() {
    Like like = new Like(Path.of("target.pt"), Optional.empty());
    ConvertOptions options = ConvertOptions.defaults().withTargets(Set.of(Target.PYTHON));
    assertThatThrownBy(() -> options.withLike(like))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("--like fills the tensors of a model alone");
  }
}
