package io.github.tf2torch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package may import which. */
class ArrowsTest {
  private static final String ROOT = "io.github.tf2torch.";
  private static final List<String> PACKAGES =
      List.of(
          "tensor",
          "problem",
          "io",
          "model.source",
          "model.target",
          "read.bundle",
          "read.graph",
          "read.keras",
          "read.torch",
          "diff",
          "fuse",
          "rules",
          "translate",
          "write",
          "inspect",
          "convert",
          "cli");
  private static final Map<String, List<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("tensor", List.of()),
          Map.entry("problem", List.of()),
          Map.entry("io", List.of()),
          Map.entry("model.source", List.of("tensor")),
          Map.entry("model.target", List.of("model.source", "tensor")),
          Map.entry("read.bundle", List.of("model.source", "tensor", "io")),
          Map.entry("read.graph", List.of("model.source", "tensor", "io", "read.bundle")),
          Map.entry("read.keras", List.of("model.source", "tensor", "io")),
          Map.entry("read.torch", List.of("model.source", "tensor", "io")),
          Map.entry("diff", List.of("model.source", "tensor")),
          Map.entry("fuse", List.of("model.source", "tensor")),
          Map.entry("rules", List.of("model.source", "model.target", "tensor")),
          Map.entry(
              "translate", List.of("rules", "fuse", "model.source", "model.target", "tensor")),
          Map.entry("write", List.of("model.target", "model.source", "tensor", "io")),
          Map.entry("inspect", List.of("model.source", "tensor")),
          Map.entry(
              "convert",
              List.of(
                  "read.bundle",
                  "read.graph",
                  "read.keras",
                  "read.torch",
                  "rules",
                  "translate",
                  "write",
                  "model.source",
                  "model.target",
                  "tensor",
                  "io")),
          Map.entry(
              "cli",
              List.of(
                  "inspect",
                  "convert",
                  "diff",
                  "rules",
                  "translate",
                  "model.source",
                  "model.target",
                  "tensor")));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.github.tf2torch");

  static Stream<Arguments> arrows() {
    return MAY_IMPORT.keySet().stream().map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("arrows")
  void importsOnlyWhatTheDesignAllows(String name) {
    String[] forbidden =
        PACKAGES.stream()
            .filter(p -> !p.equals(name) && !p.equals("problem"))
            .filter(p -> !MAY_IMPORT.get(name).contains(p))
            .map(p -> ROOT + p + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + name + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .check(CLASSES);
  }

  static Stream<Arguments> libraries() {
    return Stream.of(
        Arguments.of("com.google.protobuf..", new String[] {"read.."}),
        Arguments.of("org.tensorflow..", new String[] {"read.."}),
        Arguments.of("io.jhdf..", new String[] {"read.keras.."}),
        Arguments.of("io.airlift..", new String[] {"read.bundle.."}),
        Arguments.of("picocli..", new String[] {"cli.."}),
        Arguments.of("me.tongfei..", new String[] {"cli.."}));
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void libraryStaysInItsPackage(String library, String[] homes) {
    noClasses()
        .that()
        .resideOutsideOfPackages(Arrays.stream(homes).map(h -> ROOT + h).toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(library)
        .check(CLASSES);
  }
}
