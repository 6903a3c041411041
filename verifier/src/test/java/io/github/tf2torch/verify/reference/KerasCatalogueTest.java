package io.github.tf2torch.verify.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every class of {@code keras.layers} is carried, with answers of Keras that it is held to, or
 * refused for a reason of its own; the functions of {@code keras.ops} likewise. {@code
 * docs/keras-layers.md} says which; {@code -Dreadme.update=true} writes it.
 */
class KerasCatalogueTest {
  private static final Path PAGE = Path.of("..", "docs", "keras-layers.md");
  private static final List<String> LISTS =
      List.of("keras-3.15.1-layers.txt", "keras-1-and-2-layers.txt");

  /** A layer's name, whose function has no rule. */
  private static final Set<String> LAYERS_ALONE = Set.of("Average");

  private final KerasCatalogue catalogue =
      KerasCatalogue.of(
          RulesTest.families().map(f -> f.get()[0].toString()).collect(Collectors.toList()));

  @Test
  void everyLayerIsCarriedAndRecordedOrRefusedForAReason() {
    List<String> open = new ArrayList<>();
    LISTS.forEach(
        list ->
            KerasCatalogue.list(list)
                .values()
                .forEach(names -> unexplained(names.get(0)).forEach(open::add)));
    assertThat(new TreeSet<>(open)).isEmpty();
  }

  private List<String> unexplained(String name) {
    if (catalogue.hasRule(name)) {
      return catalogue.recordedLayers(name) > 0 ? List.of() : List.of(name + " is not recorded");
    }
    String refusal = catalogue.refusal(name, false);
    return refusal.startsWith("has no rule") ? List.of(name + " " + refusal) : List.of();
  }

  @Test
  void everyFunctionIsCarriedAndRecordedOrRefusedForAReason() {
    List<String> open = new ArrayList<>();
    KerasCatalogue.list("keras-3.15.1-functions.txt")
        .forEach(
            (function, classes) -> {
              for (String name : classes) {
                if (name.length() > 1) {
                  unexplainedFunction(name).forEach(why -> open.add(function + ": " + why));
                }
              }
            });
    assertThat(open).isEmpty();
  }

  private List<String> unexplainedFunction(String name) {
    if (catalogue.hasRule(name) && !LAYERS_ALONE.contains(name)) {
      return catalogue.recordedFunctions(name) > 0 ? List.of() : List.of(name + " is not recorded");
    }
    String refusal = catalogue.refusal(name, true);
    return refusal.startsWith("has no rule") ? List.of(name + " " + refusal) : List.of();
  }

  @Test
  void pageIsWhatTheRulesAndRecordsSay() throws IOException {
    String page = page();
    if (Boolean.getBoolean("readme.update")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  private String page() {
    return """
    # Layers and functions of Keras

    What becomes of each class of `keras.layers` of Keras 3.15.1, of the classes that only Keras 1 and
    2 had, and of the functions of `keras.ops` in functional models. Made by `KerasCatalogueTest` from the
    lists in `verifier/src/test/resources/catalogue` (scripts beside them) and from the models in
    `verifier/src/test/resources/reference`, whose answers, gradients and statistics were recorded from
    Keras; **recorded** counts the layers of the class in these. **reference** says whether `verify`
    builds the class in TensorFlow too, so that it checks a user's own file against it.

    ## keras.layers

    """
        + layers(LISTS.get(0))
        + "\n## Keras 1 and 2\n\n"
        + layers(LISTS.get(1))
        + """

        ## keras.ops

        Carried, with the number of recorded calls:

        """
        + functions()
        + """


        Refused. `model.export(DIR)` writes a SavedModel, in which most of them are ops that have a rule:

        """
        + refusedFunctions()
        + """


        Without an operation in the model, since they compute from numbers alone: """
        + " "
        + withClasses("-")
        + "\n\nNot to be had in a functional model of Keras itself: "
        + withClasses("!")
        + "\n";
  }

  private String layers(String list) {
    StringBuilder table =
        new StringBuilder("| class | | recorded | reference |\n|---|---|---|---|\n");
    Set<String> references = Catalogue.classes();
    Map<String, List<String>> sorted = new TreeMap<>(KerasCatalogue.list(list));
    sorted.forEach(
        (name, classes) -> {
          String stored = classes.get(0);
          String as = stored.equals(name) ? "" : " (in files `" + stored + "`)";
          table.append("| `").append(name).append('`').append(as);
          if (catalogue.hasRule(stored)) {
            boolean hasReference = stored.equals("InputLayer") || references.contains(stored);
            table.append(" | carried | ").append(catalogue.recordedLayers(stored));
            table.append(hasReference ? " | yes |\n" : " | no |\n");
          } else {
            table.append(" | ").append(catalogue.refusal(stored, false)).append(" | | |\n");
          }
        });
    return table.toString();
  }

  private boolean isCarried(List<String> classes) {
    return classes.stream().allMatch(c -> catalogue.recordedFunctions(c) > 0);
  }

  private String functions() {
    return listed(
        KerasCatalogue.list("keras-3.15.1-functions.txt").entrySet().stream()
            .filter(f -> isCarried(f.getValue()))
            .map(
                f ->
                    f.getKey()
                        + " ("
                        + f.getValue().stream()
                            .mapToInt(catalogue::recordedFunctions)
                            .min()
                            .orElse(0)
                        + ")")
            .toList());
  }

  private String refusedFunctions() {
    return listed(
        KerasCatalogue.list("keras-3.15.1-functions.txt").entrySet().stream()
            .filter(f -> f.getValue().get(0).length() > 1 && !isCarried(f.getValue()))
            .map(Map.Entry::getKey)
            .toList());
  }

  private static String withClasses(String mark) {
    return listed(
        KerasCatalogue.list("keras-3.15.1-functions.txt").entrySet().stream()
            .filter(f -> f.getValue().equals(List.of(mark)))
            .map(Map.Entry::getKey)
            .toList());
  }

  private static String listed(List<String> names) {
    return String.join(", ", names) + ".";
  }
}
