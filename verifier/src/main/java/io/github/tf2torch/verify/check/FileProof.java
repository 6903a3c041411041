package io.github.tf2torch.verify.check;

import io.github.tf2torch.verify.own.PythonCheck;
import io.github.tf2torch.verify.own.PythonTraining;
import io.github.tf2torch.verify.report.CheckResult;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.training.OptimizerProof;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How far the checks have proven each file of a conversion, in a few words. */
final class FileProof {
  private static final String PRINTED = "printed from the same program, not run";

  private final Map<String, CheckResult> checks = new TreeMap<>();
  private final boolean isScrambled;

  private FileProof(List<CheckResult> results, boolean isScrambled) {
    this.isScrambled = isScrambled;
    results.forEach(r -> checks.put(r.name(), r));
  }

  /** By file name, those that the folder has. */
  static Map<String, String> of(Subject subject, List<CheckResult> results) {
    FileProof proof = new FileProof(results, subject.request().isScrambled());
    if (subject.own().isPresent()) {
      return Map.of(subject.own().get().name(), proof.run());
    }
    Map<String, String> files = new TreeMap<>();
    for (String file :
        List.of("model.safetensors", "model.pt", "model.torchscript.pt", "model.pt2")) {
      if (subject.has(file)) {
        files.put(file, proof.of(file));
      }
    }
    if (subject.has(OptimizerProof.FILE)) {
      files.put(OptimizerProof.FILE, proof.optimizer());
    }
    if (subject.has("model.py")) {
      files.put("model.py", proof.python());
    }
    return files;
  }

  private String of(String file) {
    String tensors = tensors(file);
    return switch (file) {
      case "model.torchscript.pt" -> tensors + "; " + run();
      case "model.pt2" -> tensors + "; " + PRINTED;
      default -> tensors;
    };
  }

  private String tensors(String file) {
    CheckResult weights = checks.get(CheckName.WEIGHTS);
    if (weights == null || weights.tensors().isEmpty()) {
      return "tensors not checked";
    }
    if (file.equals(Subject.WEIGHTS)) {
      return weights.verdict() == Verdict.MATCH
          ? "every tensor leads back to its source"
          : "differs, see weights";
    }
    Optional<TensorResult> other =
        weights.tensors().stream()
            .filter(t -> t.name().equals(file) || t.name().startsWith(file + ": "))
            .findFirst();
    return other
        .map(t -> t.verdict() == Verdict.DIFFER ? "differs, see weights" : t.reason())
        .orElse("tensors are those of model.safetensors, bit for bit");
  }

  private String optimizer() {
    CheckResult weights = checks.get(CheckName.WEIGHTS);
    List<TensorResult> own =
        weights == null
            ? List.of()
            : weights.tensors().stream()
                .filter(t -> t.name().startsWith(OptimizerProof.FILE))
                .toList();
    String slots =
        own.isEmpty()
            ? "slots not checked"
            : own.stream().allMatch(t -> t.verdict() == Verdict.MATCH)
                ? "every slot leads back to its source"
                : "differs, see weights";
    CheckResult training = checks.get(CheckName.TRAINING);
    return training != null && training.reason().contains("from " + OptimizerProof.FILE)
        ? slots + "; stepped by, see training"
        : slots;
  }

  private String python() {
    CheckResult python = checks.get(PythonCheck.NAME);
    CheckResult training = checks.get(PythonTraining.NAME);
    String trained = training == null ? "" : "; trained: " + training.reason();
    return python == null ? PRINTED : "run: " + python.reason() + trained;
  }

  private String run() {
    if (isScrambled) {
      return "not run: what ran was the same program with random biases, gammas and statistics";
    }
    CheckResult outputs = checks.get(CheckName.OUTPUTS);
    if (outputs == null) {
      return "not run";
    }
    return switch (outputs.verdict()) {
      case MATCH -> "run, its outputs match TensorFlow's";
      case DIFFER -> "run, its outputs differ from TensorFlow's";
      case NOT_CHECKED, FAILED -> "not run to its end";
    };
  }
}
