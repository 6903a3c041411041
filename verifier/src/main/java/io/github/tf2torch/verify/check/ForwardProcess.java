package io.github.tf2torch.verify.check;

import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.SeededDraws;
import io.github.tf2torch.verify.opening.Opening;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.subject.GradOutputs;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.TorchSide;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * TensorFlow's outputs from a Java process of its own, under settings that a process takes once: as
 * TensorFlow is loaded, it reads them from the environment.
 */
public final class ForwardProcess {
  /** How Java begins what it says of an exception that nobody takes. */
  private static final String UNCAUGHT = "Exception in thread \"main\" ";

  private ForwardProcess() {}

  /**
   * A run that is under way.
   *
   * @param said what it writes to its standard error
   */
  record Running(Process process, Path answer, Path said) {
    /** All elements of all outputs, one after another. */
    double[] outputs() throws IOException {
      try {
        if (process.waitFor() != 0) {
          throw new EngineFailure("TensorFlow fails in a process of its own: " + cause());
        }
        return read(answer);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        process.destroy();
        throw new EngineFailure("interrupted while TensorFlow ran in a process of its own", e);
      } finally {
        Files.deleteIfExists(answer);
        Files.deleteIfExists(said);
      }
    }

    /** The exception that ended it, or else its status and the last that it said. */
    private String cause() throws IOException {
      List<String> lines =
          new String(Files.readAllBytes(said), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      return lines.stream()
          .filter(line -> line.startsWith(UNCAUGHT))
          .findFirst()
          .map(line -> line.substring(UNCAUGHT.length()))
          .orElseGet(
              () ->
                  "status "
                      + process.exitValue()
                      + (lines.isEmpty() ? "" : ", " + lines.get(lines.size() - 1)));
    }
  }

  static Running start(VerifyRequest request, Map<String, String> environment) throws IOException {
    Path answer = Files.createTempFile("tf2torch-outputs", ".bin");
    Path said = Files.createTempFile("tf2torch-outputs", ".txt");
    List<String> words = new ArrayList<>();
    words.addAll(
        List.of(
            request.source().toString(),
            request.torch().directory().toString(),
            "" + request.inputs().seed(),
            "" + request.inputs().batch(),
            "" + request.inputs().size(),
            "" + request.threads(),
            request.inputs().file().map(Path::toString).orElse(""),
            answer.toString()));
    request.torch().plugins().forEach(jar -> words.add(jar.toString()));
    ProcessBuilder builder =
        JavaProcess.of(ForwardProcess.class, words, environment)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(said.toFile());
    return new Running(builder.start(), answer, said);
  }

  /** Runs what {@link #start} has asked for. */
  public static void main(String[] words) throws IOException {
    List<Path> jars = Arrays.stream(words).skip(8).map(Path::of).toList();
    InputChoice drawn =
        InputChoice.drawn(
            Long.parseLong(words[2]), Long.parseLong(words[3]), Long.parseLong(words[4]));
    VerifyRequest request =
        new VerifyRequest(
            Path.of(words[0]),
            new TorchSide(Path.of(words[1]), Optional.empty(), jars, Optional.empty()),
            words[6].isEmpty() ? drawn : drawn.withFile(Path.of(words[6])),
            Set.of(),
            VerifyRequest.TOLERANCE,
            Integer.parseInt(words[5]),
            false,
            GradOutputs.ALL_RANDOM);
    try (Subject subject = Opening.of(request);
        Engines engines = new Engines(seeded(subject))) {
      write(Path.of(words[7]), engines.forward(request.threads(), 1).get(0));
    }
  }

  private static Subject seeded(Subject subject) {
    return subject.withTensorflow(
        subject.tensorflow(),
        subject.translation(),
        subject.inputs(),
        subject.sourceGraph().with(SeededDraws::in));
  }

  private static void write(Path file, double[] numbers) throws IOException {
    try (OutputStream raw = Files.newOutputStream(file);
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(raw))) {
      for (double number : numbers) {
        out.writeDouble(number);
      }
    }
  }

  private static double[] read(Path file) throws IOException {
    double[] numbers = new double[Math.toIntExact(Files.size(file) / Double.BYTES)];
    try (InputStream raw = Files.newInputStream(file);
        DataInputStream in = new DataInputStream(new BufferedInputStream(raw))) {
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = in.readDouble();
      }
    }
    return numbers;
  }
}
