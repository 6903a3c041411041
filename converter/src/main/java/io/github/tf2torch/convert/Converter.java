package io.github.tf2torch.convert;

import io.github.tf2torch.io.OutputFolder;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.TrainingState;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.Translation;
import io.github.tf2torch.translate.Translator;
import io.github.tf2torch.write.pass.Checksums;
import io.github.tf2torch.write.pass.TensorFilePlan;
import io.github.tf2torch.write.pass.WritePass;
import io.github.tf2torch.write.python.PythonWriter;
import io.github.tf2torch.write.safetensors.SafetensorsWriter;
import io.github.tf2torch.write.statedict.OptimizerWriter;
import io.github.tf2torch.write.statedict.StateDictWriter;
import io.github.tf2torch.write.torchscript.TorchScriptWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a source into a folder of PyTorch files. The folder appears whole or not at all. */
public final class Converter {
  private Converter() {}

  /** Translates without writing anything. */
  public static Translation translate(TfModel model, ConvertOptions options) throws IOException {
    return options.like().isPresent()
        ? options.like().get().translate(model, options.className())
        : Translator.translate(model, options.translation());
  }

  /** What a conversion would do, without files. */
  public static Conversion plan(Source source, Path directory, ConvertOptions options)
      throws IOException {
    TfModel model = model(source, options);
    Translation translation = translate(model, options);
    return new Conversion(
        directory,
        source.options(),
        model,
        translation,
        Translator.optimizer(model, translation.model()),
        List.of(),
        Map.of(),
        List.of());
  }

  private static TfModel model(Source source, ConvertOptions options) throws IOException {
    return options.like().isPresent() ? Like.model(source) : source.model();
  }

  /**
   * Converts {@code source} into {@code directory}.
   *
   * @throws io.github.tf2torch.problem.Problem where the source or the request is at fault; nothing
   *     is written then
   * @throws IOException where the output can't be written
   */
  public static Conversion convert(
      Source source, Path directory, ConvertOptions options, Progress progress) throws IOException {
    try (OutputFolder output = OutputFolder.prepare(directory, options.overwrite())) {
      TfModel model = model(source, options);
      Translation translation = translate(model, options);
      Optional<TrainingState> optimizer =
          options.targets().contains(Target.OPTIMIZER)
              ? Translator.optimizer(model, translation.model())
              : Optional.empty();
      List<Target> targets = targets(source, translation.model(), optimizer, options);
      Map<String, String> checksums =
          write(model, translation.model(), optimizer, targets, output.staging(), progress);
      List<String> files = new ArrayList<>(targets.stream().map(Target::fileName).toList());
      files.add(ConversionFile.NAME);
      Conversion conversion =
          new Conversion(
              directory,
              source.options(),
              model,
              translation,
              optimizer,
              files,
              checksums,
              output.messages());
      ConversionFile.write(conversion, options, output.staging().resolve(ConversionFile.NAME));
      output.commit();
      return conversion;
    }
  }

  /** What was asked for, in the order of writing; tensors alone where nothing is computed. */
  private static List<Target> targets(
      Source source, TorchModel model, Optional<TrainingState> optimizer, ConvertOptions options) {
    boolean isChosen = options.targets().size() < Target.all().size();
    if (isChosen && options.targets().contains(Target.OPTIMIZER) && optimizer.isEmpty()) {
      throw new BadRequest(
          source.path()
              + ": holds no optimizer that is known, so that there is no optimizer.pt to write;"
              + " leave it out of --to");
    }
    List<Target> asked =
        Target.all().stream()
            .filter(options.targets()::contains)
            .filter(t -> t != Target.OPTIMIZER || optimizer.isPresent())
            .toList();
    if (model.computes()) {
      return asked;
    }
    List<Target> tensors =
        asked.stream()
            .filter(t -> t.isTensorsAlone() || t == Target.PYTHON && steps(optimizer).isPresent())
            .toList();
    if (isChosen && tensors.size() < asked.size()) {
      throw new BadRequest(
          source.path()
              + ": holds weights and not what is computed with them, so that there is no "
              + String.join(
                  ", ",
                  asked.stream().filter(t -> !t.isTensorsAlone()).map(Target::fileName).toList())
              + " to write; leave it out of --to, or convert the SavedModel or .meta");
    }
    return tensors;
  }

  /** An optimizer that PyTorch steps with, and not slots alone. */
  private static Optional<TorchOptimizer> steps(Optional<TrainingState> training) {
    return training.filter(TorchOptimizer.class::isInstance).map(TorchOptimizer.class::cast);
  }

  private static Map<String, String> write(
      TfModel source,
      TorchModel model,
      Optional<TrainingState> optimizer,
      List<Target> targets,
      Path folder,
      Progress progress)
      throws IOException {
    List<TorchModel.Tensor> tensors = model.tensors();
    List<TensorFilePlan> plans = new ArrayList<>();
    for (Target target : targets) {
      Path file = folder.resolve(target.fileName());
      switch (target) {
        case SAFETENSORS ->
            plans.add(SafetensorsWriter.plan(tensors, Map.of("format", "pt"), file));
        case STATE_DICT -> plans.add(StateDictWriter.plan(tensors, file));
        case TORCHSCRIPT -> plans.add(TorchScriptWriter.plan(model, DType.FLOAT32, false, file));
        case OPTIMIZER -> plans.add(OptimizerWriter.plan(optimizer.orElseThrow(), file));
        case PYTHON ->
            Files.writeString(
                file, PythonWriter.print(model, steps(optimizer)), StandardCharsets.UTF_8);
      }
    }
    WritePass.Options pass =
        WritePass.Options.defaults().withListener((d, t) -> progress.step("writing", d, t));
    Map<TensorExpr, Checksums> written = new WritePass(pass).run(plans, source.tensors());
    Map<String, String> checksums = new LinkedHashMap<>();
    for (TorchModel.Tensor tensor : tensors) {
      Checksums found = written.get(tensor.recipe());
      if (found != null) {
        checksums.put(tensor.name(), found.crc32c());
      }
    }
    return checksums;
  }
}
