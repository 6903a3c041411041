package io.github.tf2torch.samples.thepost;

import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.check.JavaProcess;
import io.github.tf2torch.verify.subject.VerifyRequest;
import io.github.tf2torch.verify.training.TrainingPair;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Both trainings in float32, each deciding for itself, in a process of its own: in which order a
 * CPU adds up is set from the environment, as a native library is loaded.
 *
 * @param scores of TensorFlow and of PyTorch, where the test images are there
 */
record Float32Run(List<Double> tensorflow, List<Double> torch, List<Score> scores) {

  Float32Run {
    tensorflow = List.copyOf(tensorflow);
    torch = List.copyOf(torch);
    scores = List.copyOf(scores);
  }

  /** Under way. */
  record Running(Process process, Path answer, Path said) implements Closeable {
    Float32Run result() throws IOException {
      try {
        if (process.waitFor() != 0) {
          throw new IOException(
              "training fails in a process of its own: " + Files.readString(said));
        }
        return read(Files.readAllLines(answer));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while a process of its own trained", e);
      }
    }

    @Override
    public void close() throws IOException {
      process.destroy();
      Files.deleteIfExists(answer);
      Files.deleteIfExists(said);
    }
  }

  /**
   * Starts both trainings.
   *
   * @param mnist folder of the test images, where there is one
   * @param environment set beside this process's own
   */
  static Running start(
      VerifyRequest conversion, Path samples, Optional<Path> mnist, Map<String, String> environment)
      throws IOException {
    Path answer = Files.createTempFile("the-post-float32", ".txt");
    Path said = Files.createTempFile("the-post-float32", ".log");
    List<String> arguments =
        List.of(
            conversion.source().toString(),
            conversion.torch().directory().toString(),
            samples.toString(),
            mnist.map(Path::toString).orElse(""),
            answer.toString());
    Process process =
        JavaProcess.of(Float32Run.class, arguments, environment)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    return new Running(process, answer, said);
  }

  /** What {@link #start} has started. */
  public static void main(String[] arguments) throws IOException {
    VerifyRequest conversion = ThePost.request(Path.of(arguments[0]), Path.of(arguments[1]));
    List<TrainingPair.Batch> batches = ThePost.batches(Digits.training(Path.of(arguments[2])));
    StringBuilder answer = new StringBuilder();
    try (TrainingPair pair = TrainingPair.open(conversion)) {
      TrainingPair.Trained tensorflow = pair.tensorflow(false, batches);
      TrainingPair.Trained torch = pair.torch(false, batches);
      for (int i = 0; i < batches.size(); i++) {
        answer.append(tensorflow.losses().get(i) + " " + torch.losses().get(i) + "\n");
      }
      if (!arguments[3].isEmpty()) {
        Digits test = Digits.test(Path.of(arguments[3]));
        List<TensorValue> images = test.batchesOfImages();
        for (Score score :
            List.of(
                Score.of("TensorFlow:", test, pair.tensorflowOutputs(tensorflow, images)),
                Score.of("PyTorch:", test, pair.torchOutputs(torch, images)))) {
          answer.append(score.accuracy() + " " + score.loss() + " " + score.whose() + "\n");
        }
      }
    }
    Files.writeString(Path.of(arguments[4]), answer);
  }

  private static Float32Run read(List<String> lines) {
    List<Double> tensorflow = new ArrayList<>();
    List<Double> torch = new ArrayList<>();
    List<Score> scores = new ArrayList<>();
    for (String line : lines) {
      String[] words = line.split(" ", 3);
      double first = Double.parseDouble(words[0]);
      double second = Double.parseDouble(words[1]);
      if (words.length == 3) {
        scores.add(new Score(words[2], first, second));
      } else {
        tensorflow.add(first);
        torch.add(second);
      }
    }
    return new Float32Run(tensorflow, torch, scores);
  }
}
