package io.github.tf2torch.samples.thepost;

import java.util.List;

/** What the post trained, and the losses that its notebooks printed. */
enum Experiment {
  PLAIN(
      "plain",
      "without BatchNorm",
      "2.61532 2.45566 2.16393 1.94132 1.68689 1.51943 1.19969 1.10128 1.11012 0.83975 0.82863 0.66821 0.54460 0.44114 0.43033 "
          + "0.49218 0.40717 0.39431 0.48483 0.29288 0.48885 0.47191 0.35254 0.39079 0.21570 0.25628 0.30685 0.34734 0.27275 0.34521",
      "2.61532 2.45566 2.16393 1.94132 1.68689 1.51943 1.19969 1.10128 1.11012 0.83975 0.82863 0.66821 0.54461 0.44116 0.43031 "
          + "0.49216 0.40719 0.39415 0.48474 0.29287 0.48887 0.47165 0.35224 0.39082 0.21566 0.25613 0.30682 0.34740 0.27277 0.34510"),
  BATCH_NORM(
      "bn",
      "with BatchNorm (the post's PyTorch trained no gamma and no beta)",
      "3.03516 2.31661 1.12291 0.81643 0.87677 0.68687 0.56323 0.48896 0.60257 0.37499 0.46338 0.24045 0.26338 0.28679 0.15868 "
          + "0.26080 0.23541 0.19799 0.30681 0.15206 0.30062 0.26311 0.19258 0.18489 0.12751 0.18268 0.15792 0.22728 0.24531 0.25865",
      "3.03514 2.31430 1.12174 0.81504 0.87731 0.68717 0.56344 0.48809 0.60272 0.37551 0.46466 0.24003 0.26288 0.28607 0.15964 "
          + "0.26158 0.23480 0.19895 0.30735 0.15193 0.30180 0.26112 0.19350 0.18223 0.12950 0.18375 0.15724 0.22774 0.24606 0.26198"),
  DROPOUT("drop", "with dropout 0.3, never solved in the post", "", ""),
  BATCH_NORM_AND_DROPOUT("bndrop", "with BatchNorm and dropout 0.3", "", "");

  private final String graph;
  private final String title;
  private final List<String> tensorflow;
  private final List<String> torch;

  Experiment(String graph, String title, String tensorflow, String torch) {
    this.graph = graph;
    this.title = title;
    this.tensorflow = tensorflow.isEmpty() ? List.of() : List.of(tensorflow.split(" ", -1));
    this.torch = torch.isEmpty() ? List.of() : List.of(torch.split(" ", -1));
  }

  /** The file of its graph without {@code .meta.gz}. */
  String graph() {
    return graph;
  }

  String title() {
    return title;
  }

  /** TensorFlow's loss at a step, as printed in 2019; a dash where the post has none. */
  String tensorflow(int step) {
    return tensorflow.isEmpty() ? "-" : tensorflow.get(step);
  }

  /** PyTorch's. */
  String torch(int step) {
    return torch.isEmpty() ? "-" : torch.get(step);
  }
}
