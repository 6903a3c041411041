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
      Map.ofEntries(
          Map.entry("cause", List.of()),
          Map.entry("script", List.of()),
          Map.entry("engine", List.of()),
          Map.entry("inputs", List.of()),
          Map.entry("report", List.of()),
          Map.entry("trace", List.of()),
          Map.entry("reference", List.of("engine")),
          Map.entry("step", List.of("engine")),
          Map.entry("judge", List.of("cause", "engine", "report")),
          Map.entry("subject", List.of("engine", "inputs", "judge", "reference")),
          Map.entry("run", List.of("cause", "engine", "inputs", "judge", "report", "subject")),
          Map.entry(
              "opening",
              List.of("engine", "inputs", "judge", "reference", "run", "subject", "trace")),
          Map.entry("gradients", List.of("engine", "inputs", "judge", "report", "run", "subject")),
          Map.entry(
              "dropout",
              List.of(
                  "engine",
                  "gradients",
                  "inputs",
                  "judge",
                  "reference",
                  "report",
                  "run",
                  "subject")),
          Map.entry(
              "batchnorm",
              List.of(
                  "cause", "dropout", "engine", "judge", "opening", "report", "run", "subject")),
          Map.entry(
              "training",
              List.of(
                  "batchnorm",
                  "cause",
                  "dropout",
                  "engine",
                  "gradients",
                  "inputs",
                  "judge",
                  "opening",
                  "reference",
                  "report",
                  "run",
                  "script",
                  "step",
                  "subject")),
          Map.entry(
              "recorded",
              List.of(
                  "engine",
                  "gradients",
                  "judge",
                  "opening",
                  "report",
                  "run",
                  "subject",
                  "trace",
                  "training")),
          Map.entry(
              "own",
              List.of(
                  "batchnorm",
                  "cause",
                  "dropout",
                  "engine",
                  "judge",
                  "opening",
                  "report",
                  "run",
                  "script",
                  "subject",
                  "training")),
          Map.entry(
              "check",
              List.of(
                  "batchnorm",
                  "cause",
                  "dropout",
                  "engine",
                  "gradients",
                  "judge",
                  "opening",
                  "own",
                  "recorded",
                  "reference",
                  "report",
                  "run",
                  "subject",
                  "trace",
                  "training")),
          Map.entry("cli", List.of("check", "engine", "report", "subject", "trace")));

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
