package io.github.tf2torch.samples.resume;

import io.github.tf2torch.samples.thepost.PostCheckpoint;
import io.github.tf2torch.verify.training.TrainingPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A training of TensorFlow's, by the train op of a graph that a TF1 program wrote, with a
 * checkpoint half way.
 *
 * @param meta the graph beside the checkpoint
 * @param losses of the steps behind it
 */
record TensorFlowTraining(Path meta, List<Double> losses) {
  TensorFlowTraining {
    losses = List.copyOf(losses);
  }

  /**
   * Trains a step a batch from the first weights of the post.
   *
   * @param steps behind which the checkpoint is saved
   */
  static TensorFlowTraining run(
      Path compressed, Path folder, List<TrainingPair.Batch> batches, int steps)
      throws IOException {
    Path meta = PostCheckpoint.unpack(compressed, folder);
    GraphDef definition = MetaGraphDef.parseFrom(Files.readAllBytes(meta)).getGraphDef();
    List<Double> losses = new ArrayList<>();
    try (Graph graph = new Graph()) {
      graph.importGraphDef(definition);
      try (Session session = new Session(graph)) {
        PostCheckpoint.initialize(session, definition);
        for (int i = 0; i < batches.size(); i++) {
          if (i == steps) {
            PostCheckpoint.save(session, folder);
          }
          losses.add(step(session, batches.get(i)));
        }
      }
    }
    return new TensorFlowTraining(meta, losses.subList(steps, losses.size()));
  }

  private static double step(Session session, TrainingPair.Batch batch) {
    double[] pixels = batch.inputs().get(0).doubles();
    float[] images = new float[pixels.length];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) pixels[i];
    }
    double[] digits = batch.labels().get(0).doubles();
    int[] labels = new int[digits.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) digits[i];
    }
    Shape shape = Shape.of(labels.length, 28, 28, 1);
    try (TFloat32 x = TFloat32.tensorOf(shape, DataBuffers.of(images));
        TInt32 y = TInt32.vectorOf(labels);
        TBool isTraining = TBool.scalarOf(true);
        Result result =
            session
                .runner()
                .feed("images", x)
                .feed("labels", y)
                .feed("is_training", isTraining)
                .fetch("loss")
                .addTarget("train")
                .run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }
}
