package io.github.tf2torch.verify;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package of the verifier may import which, and where the engines stay. */
class VerifierArrowsTest {
  private static final String ROOT = "io.github.tf2torch.verify.";
  private static final Map<String, List<String>> MAY_IMPORT =
      Map.of(
          "cause", List.of(),
          "script", List.of(),
          "engine", List.of(),
          "inputs", List.of(),
          "report", List.of(),
          "trace", List.of(),
          "reference", List.of("engine"),
          "step", List.of("engine"),
          "check",
              List.of(
                  "cause", "engine", "inputs", "reference", "report", "script", "step", "trace"),
          "cli", List.of("check", "engine", "report", "trace"));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT.substring(0, ROOT.length() - 1));

  static Stream<String> packages() {
    return MAY_IMPORT.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void importsOnlyWhatTheDesignAllows(String name) {
    String[] forbidden =
        MAY_IMPORT.keySet().stream()
            .filter(p -> !p.equals(name) && !MAY_IMPORT.get(name).contains(p))
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

  /** What it is compared with is made by these. */
  @Test
  void referenceSharesNothingWithTheConversion() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "reference..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            Stream.of("rules", "translate", "fuse", "model.target", "write", "convert", "read")
                .map(p -> "io.github.tf2torch." + p + "..")
                .toArray(String[]::new))
        .check(CLASSES);
  }

  /** A graph travels as TensorFlow's own message, {@code org.tensorflow.proto}; all else stays. */
  static Stream<Arguments> libraries() {
    return Stream.of(
        Arguments.of("engine", "org.tensorflow"),
        Arguments.of("engine", "org.tensorflow.internal.."),
        Arguments.of("engine", "org.tensorflow.types.."),
        Arguments.of("engine", "ai.djl.."),
        Arguments.of("engine", "com.sun.jna.."),
        Arguments.of("engine", "org.bytedeco.."),
        Arguments.of("cli", "picocli.."));
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void libraryStaysInItsPackage(String home, String library) {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + home + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }
}
