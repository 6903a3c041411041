package io.github.tf2torch.rules.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Provenance;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.CarriedSlots;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.TrainingState;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OptimizerTranslationTest {
  private static final Map<String, Config> MOMENTUM =
      numbers("learning_rate", 0.1, "momentum", 0.9);
  private static final Map<String, Config> ADAM =
      numbers("learning_rate", 0.01, "beta1", 0.9, "beta2", 0.999, "epsilon", 1e-8);

  private final List<Variable> variables = new ArrayList<>();
  private final List<TorchModel.Tensor> tensors = new ArrayList<>();
  private final List<Optimizer> optimizers = new ArrayList<>();
  private final Map<String, Float> scalars = new HashMap<>();

  private static Map<String, Config> numbers(Object... namesAndValues) {
    return Mapping.numbers(namesAndValues);
  }

  /** A kernel and the weight that it becomes. */
  private static TensorExpr stored(String name) {
    return new TensorExpr.Stored(name, DType.FLOAT32, Shape.of(3, 2));
  }

  private void weight(String name) {
    parameter(name, new TensorExpr.Permute(stored(name), List.of(1, 0)));
    variable(name, Shape.of(3, 2));
  }

  private void parameter(String name, TensorExpr recipe) {
    tensors.add(new TorchModel.Tensor(name + ".weight", TorchModel.Kind.PARAMETER, recipe));
  }

  private Optimizer.Slot slot(String slot, String of, Shape shape) {
    String name = of + "/" + slot;
    variable(name, shape);
    return new Optimizer.Slot(slot, of, name);
  }

  private Optimizer.Slot slot(String slot, String of) {
    return slot(slot, of, Shape.of(3, 2));
  }

  private void variable(String name, Shape shape) {
    variables.add(new Variable(name, name, DType.FLOAT32, shape, Role.OTHER, List.of()));
  }

  private void optimizer(String kind, Map<String, Config> settings, Optimizer.Slot... slots) {
    List<String> counters = List.copyOf(scalars.keySet());
    optimizers.add(
        new Optimizer(kind + optimizers.size(), kind, settings, List.of(slots), counters));
  }

  private TrainingState translate() throws IOException {
    return result().orElseThrow();
  }

  private TorchOptimizer torch() throws IOException {
    return (TorchOptimizer) translate();
  }

  private Optional<TrainingState> result() throws IOException {
    TfModel model =
        TfModel.of(
            new Provenance("net", "test", ""),
            variables,
            optimizers,
            (name, offset, target) -> fill(target, scalars.getOrDefault(name, 0f)),
            List.of());
    return OptimizerTranslation.translate(
        model,
        new TorchModel("Net", List.of(), List.of(), tensors, List.of(), List.of(), List.of()));
  }

  private static void fill(ByteBuffer target, float value) {
    while (target.hasRemaining()) {
      target.putFloat(value);
    }
  }

  @Test
  void aSlotTakesTheRecipeOfItsVariable() throws Exception {
    weight("a");
    optimizer("Momentum", MOMENTUM, slot("momentum", "a"));
    assertThat(torch().state().get("a.weight"))
        .singleElement()
        .satisfies(s -> assertThat(s.key()).isEqualTo("momentum_buffer"))
        .satisfies(s -> assertThat(s.recipe().describe()).isEqualTo("a/momentum.permute[1, 0]"));
  }

  @Test
  void aParameterOfSeveralVariablesHasTheirSlotsInTheSamePlaces() throws Exception {
    variable("a", Shape.of(3, 2));
    variable("b", Shape.of(3, 2));
    TensorExpr slice = new TensorExpr.Slice(stored("b"), 0, 1, 1);
    TensorExpr none = new TensorExpr.Fill(DType.FLOAT32, Shape.of(2, 2), 1);
    parameter("ab", new TensorExpr.Concat(List.of(stored("a"), slice, none), 0));
    optimizer("Momentum", MOMENTUM, slot("momentum", "a"), slot("momentum", "b"));
    assertThat(torch().state().get("ab.weight").get(0).recipe().describe())
        .isEqualTo("concat[a/momentum, b/momentum.slice[0, 1, 1], fill[0.0]].axis[0]");
  }

  /** Of what is joined, the means would be of more elements than either variable has. */
  @Test
  void factoredMeansOfJoinedVariablesAreLeftOutAndNamed() throws Exception {
    weight("whole");
    variable("a", Shape.of(3, 2));
    variable("b", Shape.of(3, 2));
    parameter("ab", new TensorExpr.Concat(List.of(stored("a"), stored("b")), 0));
    List<Optimizer.Slot> means = new ArrayList<>();
    for (String of : List.of("whole", "a", "b")) {
      means.add(slot("vr", of, Shape.of(2)));
      means.add(slot("vc", of, Shape.of(3)));
    }
    optimizer("Adafactor", numbers("learning_rate", 0.1), means.toArray(Optimizer.Slot[]::new));
    TorchOptimizer optimizer = torch();
    assertThat(optimizer.state().keySet()).containsExactly("whole.weight");
    assertThat(optimizer.assumed().get(0))
        .startsWith("ab.weight starts afresh: the means \"vr\" and \"vc\"")
        .contains("concat[a, b].axis[0]");
  }

  @Test
  void whatLacksASlotStartsAfreshAndIsNamed() throws Exception {
    weight("a");
    weight("b");
    optimizer("Adam", ADAM, slot("m", "a"), slot("v", "a"), slot("m", "b"));
    TorchOptimizer optimizer = torch();
    assertThat(optimizer.state()).containsOnlyKeys("a.weight");
    assertThat(optimizer.groups().get(0).parameters()).containsExactly("a.weight", "b.weight");
    assertThat(optimizer.assumed()).contains("b.weight starts afresh: no slot \"v\" for \"b\"");
  }

  @Test
  void aSlotOfAnotherShapeIsNotTaken() throws Exception {
    weight("a");
    optimizer("Momentum", MOMENTUM, slot("momentum", "a", Shape.of(2, 3)));
    assertThat(torch().state()).isEmpty();
    assertThat(torch().assumed())
        .anySatisfy(
            said -> assertThat(said).contains("a.weight", "a/momentum", "[2, 3]", "[3, 2]"));
  }

  @Test
  void aParameterThatIsComputedHasNoSlotOfItsOwn() throws Exception {
    variable("a", Shape.of(3, 2));
    parameter("a", new TensorExpr.Scale(stored("a"), 2));
    optimizer("Momentum", MOMENTUM, slot("momentum", "a"));
    assertThat(torch().assumed())
        .contains("a.weight starts afresh: its value is computed from a.scale[2.0]");
  }

  @Test
  void oneKindWithTwoRatesIsOneOptimizerOfTwoGroups() throws Exception {
    weight("a");
    weight("b");
    optimizer("Momentum", MOMENTUM, slot("momentum", "b"));
    optimizer("Momentum", numbers("learning_rate", 0.5, "momentum", 0.9), slot("momentum", "a"));
    TorchOptimizer optimizer = torch();
    assertThat(optimizer.isGrouped()).isTrue();
    assertThat(optimizer.groups())
        .extracting(TorchOptimizer.Group::parameters)
        .containsExactly(List.of("a.weight"), List.of("b.weight"));
    assertThat(optimizer.groups().get(0).settings()).containsEntry("lr", new Config.Real(0.5));
  }

  @Test
  void twoKindsAreCarriedWithTheReason() throws Exception {
    weight("a");
    weight("b");
    optimizer("Momentum", MOMENTUM, slot("momentum", "a"));
    optimizer("Adam", ADAM, slot("m", "b"), slot("v", "b"));
    CarriedSlots carried = (CarriedSlots) translate();
    assertThat(carried.reason()).contains("2 optimizers", "SGD", "TensorFlowAdam");
    assertThat(carried.slots().get("b.weight"))
        .extracting(TorchOptimizer.State::key)
        .containsExactly("Adam1/m", "Adam1/v");
    assertThat(carried.sources()).contains("a/momentum", "b/m", "b/v");
  }

  @Test
  void aSlotOfAnUnknownOptimizerThatFitsNoParameterStaysAsStored() throws Exception {
    weight("a");
    optimizer("Shampoo", Map.of(), slot("left", "a", Shape.of(3, 3)), slot("momentum", "a"));
    CarriedSlots carried = (CarriedSlots) translate();
    assertThat(carried.reason()).isEqualTo("there is no rule for Shampoo");
    assertThat(carried.slots().get("a.weight")).hasSize(1);
    assertThat(carried.others()).containsOnlyKeys("a/left");
    assertThat(carried.assumed()).singleElement().asString().contains("\"a/left\"");
  }

  @Test
  void powersOfBetasAreTakenAsTheyStandAndMissedWhereTheyDoNot() throws Exception {
    weight("a");
    optimizer("Adam", ADAM, slot("m", "a"), slot("v", "a"));
    assertThat(torch().assumed())
        .hasSize(2)
        .allMatch(a -> a.contains("_power is not in the source"));
    scalars.put("beta1_power", 0.5f);
    scalars.put("beta2_power", 0.75f);
    scalars.keySet().forEach(s -> variable(s, Shape.of()));
    optimizers.clear();
    optimizer("Adam", ADAM, slot("m", "a"), slot("v", "a"));
    TorchOptimizer optimizer = torch();
    assertThat(optimizer.assumed()).isEmpty();
    assertThat(optimizer.groups().get(0).settings())
        .containsEntry("beta1_power", new Config.Real(0.5))
        .containsEntry("beta2_power", new Config.Real(0.75))
        .containsEntry("beta1", new Config.Real(0.9f));
  }

  @Test
  void anOptimizerThatWasSavedWithoutItsClassIsKnownByItsSlots() throws Exception {
    weight("a");
    Map<String, Config> settings =
        numbers("learning_rate", 0.1, "beta_1", 0.9, "beta_2", 0.999, "decay", 0.0);
    optimizer("", settings, slot("m", "a"), slot("v", "a"));
    assertThat(torch().className()).isEqualTo("KerasAdam");
    assertThat(torch().assumed()).contains("the optimizer is Adam, by the names of its slots");
  }

  @Test
  void weightsOfNormalizationDoNotDecayInBert() throws Exception {
    weight("dense/kernel");
    weight("LayerNorm/gamma");
    optimizer(
        "AdamWeightDecay",
        Map.of(),
        slot("m", "dense/kernel"),
        slot("v", "dense/kernel"),
        slot("m", "LayerNorm/gamma"),
        slot("v", "LayerNorm/gamma"));
    assertThat(torch().groups())
        .extracting(g -> g.settings().get("weight_decay"))
        .containsExactly(new Config.Real(0.01), new Config.Real(0));
  }

  @Test
  void aNameAloneIsNoOptimizer() throws Exception {
    weight("a");
    optimizer("", Map.of());
    assertThat(result()).isEmpty();
  }

  @Test
  void aRateThatFallsIsThatOfTheNextStepAndSaid() throws Exception {
    weight("a");
    scalars.put("iterations", 10f);
    variable("iterations", Shape.of());
    Map<String, Config> settings = numbers("learning_rate", 0.1, "decay", 0.1, "momentum", 0.0);
    optimizer("SGD", settings);
    assertThat(torch().arguments()).containsEntry("lr", new Config.Real(0.05f));
    assertThat(torch().assumed())
        .contains(
            "the learning rate is that of step 10; it is 0.1 / (1 + 0.1 * step): lr_scheduler(optimizer)"
                + " goes on with it");
  }

  @Test
  void aScheduleOfTensorflow1IsReadAtItsGlobalStep() throws Exception {
    weight("a");
    scalars.put("global_step", 8f);
    variable("global_step", Shape.of());
    Config decay =
        new Config.Fields(
            Map.of(
                "class_name", new Config.Text("ExponentialDecay"),
                "config",
                    new Config.Fields(
                        numbers(
                            "initial_learning_rate", 0.8,
                            "decay_steps", 4L,
                            "decay_rate", 0.5))));
    optimizer("GradientDescent", Map.of("learning_rate", decay));
    assertThat(torch().arguments()).containsEntry("lr", new Config.Real(0.2f));
    assertThat(torch().assumed())
        .containsExactly(
            "the learning rate is that of step 8 of its ExponentialDecay: lr_scheduler(optimizer)"
                + " goes on with it");
  }

  @Test
  void anOptimizerThatHasNotSteppedIsSaidToStartAfreshOnce() throws Exception {
    weight("a");
    weight("b");
    optimizer("Momentum", MOMENTUM);
    assertThat(torch().assumed())
        .containsExactly("the source has no slots of it: every parameter starts afresh");
    assertThat(torch().groups()).hasSize(1);
  }

  @Test
  void aGradientThatTheGraphChangesIsSaid() throws Exception {
    weight("a");
    Map<String, Config> settings = new HashMap<>(MOMENTUM);
    settings.put("gradient", new Config.Text("changed by Mul before the step"));
    optimizer("Momentum", settings, slot("momentum", "a"));
    assertThat(torch().assumed())
        .singleElement()
        .asString()
        .startsWith("the gradient is changed by Mul before the step");
  }

  @Test
  void clippingInAGraphIsDoneAroundTheStep() throws Exception {
    weight("a");
    Map<String, Config> settings = new HashMap<>(MOMENTUM);
    settings.put("clipvalue", new Config.Real(0.5));
    optimizer("Momentum", settings, slot("momentum", "a"));
    assertThat(torch().loop().around()).containsOnly(Map.entry("clipvalue", new Config.Real(0.5)));
  }

  @Test
  void aScheduleOfOneGroupAloneIsLeftToTheUser() throws Exception {
    weight("a");
    weight("b");
    Config decay =
        new Config.Fields(
            Map.of(
                "class_name", new Config.Text("ExponentialDecay"),
                "config",
                    new Config.Fields(
                        numbers(
                            "initial_learning_rate", 0.8,
                            "decay_steps", 4L,
                            "decay_rate", 0.5))));
    optimizer("Momentum", MOMENTUM, slot("momentum", "a"));
    optimizer(
        "Momentum",
        Map.of("learning_rate", decay, "momentum", new Config.Real(0.9)),
        slot("momentum", "b"));
    assertThat(torch().loop().schedule()).isEmpty();
    assertThat(torch().assumed())
        .contains(
            "the learning rate of one group follows ExponentialDecay, that of another does not: set"
                + " lr of each group by hand");
  }
}
