package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.cause.GroupStep;
import io.github.tf2torch.verify.engine.OptimizerTrainer;
import io.github.tf2torch.verify.engine.TorchTrainer;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.write.torchscript.StepWriter;
import io.github.tf2torch.write.torchscript.TorchScriptWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** PyTorch as it trains: the steps of an objective, and of a converted optimizer. */
class TorchTrainings extends TorchRuns {
  TorchTrainings(Subject subject) throws IOException {
    super(subject);
  }

  /** The program's {@link Objective}, to be trained by what steps one parameter. */
  public TorchTrainer torchTrainer(DType floatType, TorchModel step) throws IOException {
    Path archive = objective(floatType);
    Path optimizer = folder.resolve("step-" + floatType.torchName() + ".pt");
    Path apart = folder.resolve("apart.pt");
    try {
      TorchScriptWriter.write(step, weights(), floatType, false, optimizer);
      TorchScriptWriter.write(SgdStep.apart(), weights(), floatType, false, apart);
      return TorchTrainer.open(archive, optimizer, apart, frozen(), subject.request().threads());
    } finally {
      Files.deleteIfExists(archive);
      Files.deleteIfExists(optimizer);
      Files.deleteIfExists(apart);
    }
  }

  /** What TensorFlow has no variable for, such as the second bias of an LSTM, stays as it is. */
  private Set<String> frozen() {
    return subject.torch().tensors().stream()
        .filter(t -> t.kind() == TorchModel.Kind.PARAMETER && !t.isTrained())
        .map(TorchModel.Tensor::name)
        .collect(Collectors.toSet());
  }

  /** A program that ends in its loss, to be trained by a converted optimizer. */
  public OptimizerTrainer optimizerTrainer(
      TorchModel program, List<GroupStep> steps, LoopState loop, DType floatType)
      throws IOException {
    OptimizerTrainer trainer = optimizerAt(program, steps, loop, floatType);
    trainer.train();
    return trainer;
  }

  /** The program's {@link Objective}, at inference, to be trained by a converted optimizer. */
  public OptimizerTrainer objectiveTrainer(List<GroupStep> steps, LoopState loop, DType floatType)
      throws IOException {
    return optimizerAt(objective(floatType, subject), steps, loop, floatType);
  }

  private OptimizerTrainer optimizerAt(
      TorchModel program, List<GroupStep> steps, LoopState loop, DType floatType)
      throws IOException {
    List<Path> files = new ArrayList<>();
    try {
      Path loss = folder.resolve("loss-" + floatType.torchName() + ".pt");
      files.add(loss);
      TorchScriptWriter.write(program, weights(), floatType, true, loss);
      Path copy = folder.resolve("copy.pt");
      files.add(copy);
      TorchScriptWriter.write(SgdStep.copy(), weights(), floatType, false, copy);
      Path apart = folder.resolve("apart.pt");
      files.add(apart);
      TorchScriptWriter.write(SgdStep.apart(), weights(), floatType, false, apart);
      List<OptimizerTrainer.Group> groups = new ArrayList<>();
      for (GroupStep group : steps) {
        Path step = folder.resolve("step-" + groups.size() + ".pt");
        files.add(step);
        StepWriter.write(group.rule(), step);
        groups.add(new OptimizerTrainer.Group(step, group.state(), group.numbers()));
      }
      Map<String, Path> stages = new LinkedHashMap<>();
      for (String stage : loop.stages()) {
        Path file = folder.resolve("stage-" + stages.size() + ".pt");
        files.add(file);
        StepWriter.write(LoopRules.ALL.get(stage), file);
        stages.put(stage, file);
      }
      OptimizerTrainer trainer =
          OptimizerTrainer.open(
              loss,
              new OptimizerTrainer.InPlace(copy, apart),
              groups,
              new OptimizerTrainer.Around(loop.loop(), stages, loop.kept()),
              subject.request().threads());
      settings.put(trainer.settings().engine(), trainer.settings());
      return trainer;
    } finally {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }
}
