package io.github.tf2torch.convert;

import io.github.tf2torch.io.OutputFolder;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.TorchLoss;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.TrainingState;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.Averages;
import io.github.tf2torch.translate.StockBatchNorm;
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
import java.util.function.Function;

/** Turns a source into a folder of PyTorch files. The folder appears whole or not at all. */
public final class Converter {
  private static final String SHARD_INDEX = "model.safetensors.index.json";

  private Converter() {}

  /**
   * Puts a conversion back that a run was killed at replacing; says so. Nothing is done where
   * {@code folder} is there.
   */
  public static List<String> restore(Path folder) throws IOException {
    return OutputFolder.restore(folder);
  }

  /** Translates without writing anything. */
  public static Translation translate(TfModel model, ConvertOptions options) throws IOException {
    return packaged(asStored(model, options), model, options);
  }

  private static Translation packaged(Translation stored, TfModel model, ConvertOptions options) {
    Translation chosen = options.substitutes().averages() ? Averages.chosen(stored, model) : stored;
    Translation cast = options.packaging().cast(chosen);
    return options.substitutes().batchNorm() ? StockBatchNorm.chosen(cast) : cast;
  }

  private static Translation asStored(TfModel model, ConvertOptions options) throws IOException {
    return options.like().isPresent()
        ? options.like().get().translate(model, options.translation().className())
        : options.targets().stream().allMatch(Target::isTensorsAlone)
            ? Translator.tensors(model, options.translation())
            : Translator.translate(model, options.translation());
  }

  /** What a conversion would do, without files. */
  public static Conversion plan(Source source, Path directory, ConvertOptions options)
      throws IOException {
    TfModel model = model(source, options);
    Translation stored = asStored(model, options);
    OrderedOptimizer optimizer = OrderedOptimizer.of(model, stored.model(), options);
    Translation packaged = packaged(stored, model, options);
    TorchExport export =
        TorchExport.of(packaged.model(), options, directory.resolve(Target.PT2.fileName()));
    return new Conversion(
        directory,
        source.options(),
        model,
        export.toldIn(optimizer.toldIn(packaged)),
        optimizer.state(),
        loss(source, stored.model(), options).loss(),
        List.of(),
        Map.of(),
        Map.of(),
        KeptNumbers.of(model, packaged.account(), optimizer.state()),
        List.of());
  }

  /** What is written beside a model. */
  private record Beside(OrderedOptimizer optimizer, Optional<TorchLoss> loss, TorchExport export) {}

  /** Of the model's own program alone: a model that the user has computes by its own. */
  private static TrainingLoss loss(Source source, TorchModel model, ConvertOptions options)
      throws IOException {
    return options.like().isPresent() || options.substitutes().averages() || !model.computes()
        ? new TrainingLoss(Optional.empty(), List.of())
        : TrainingLoss.of(source, model);
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
      Translation stored = asStored(model, options);
      // an optimizer's moments are in the type in which they were summed up
      OrderedOptimizer optimizer = OrderedOptimizer.of(model, stored.model(), options);
      TrainingLoss loss = loss(source, stored.model(), options);
      Translation told = optimizer.toldIn(loss.toldIn(packaged(stored, model, options)));
      TorchExport export =
          TorchExport.of(told.model(), options, output.staging().resolve(Target.PT2.fileName()));
      Translation translation = export.toldIn(told);
      List<Target> targets =
          targets(model, translation.model(), optimizer.state(), options).stream()
              .filter(t -> t != Target.PT2 || export.plan().isPresent())
              .toList();
      List<String> files = new ArrayList<>();
      Map<TensorExpr, Checksums> written =
          write(
              model,
              translation.model(),
              new Beside(optimizer, loss.loss(), export),
              targets,
              options.packaging(),
              output.staging(),
              files,
              progress);
      files.add(ConversionFile.NAME);
      Conversion conversion =
          new Conversion(
              directory,
              source.options(),
              model,
              translation,
              optimizer.state(),
              loss.loss(),
              files,
              byName(translation.model(), written, c -> Optional.of(c.crc32c())),
              byName(translation.model(), written, Checksums::sha256),
              KeptNumbers.of(model, translation.account(), optimizer.state()),
              output.messages());
      ConversionFile.write(conversion, options, output.staging().resolve(ConversionFile.NAME));
      output.commit();
      return conversion;
    }
  }

  /** What was asked for, in the order of writing; tensors alone where nothing is computed. */
  private static List<Target> targets(
      TfModel source, TorchModel model, Optional<TrainingState> optimizer, ConvertOptions options) {
    boolean isChosen = options.targets().size() < Target.all().size();
    if (isChosen && options.targets().contains(Target.OPTIMIZER) && optimizer.isEmpty()) {
      throw new BadRequest(
          source.provenance().path()
              + ": holds no optimizer that is known, so that there is no optimizer.pt to write;"
              + " leave it out of --to");
    }
    List<Target> asked =
        Target.all().stream()
            .filter(options.targets()::contains)
            .filter(t -> t != Target.OPTIMIZER || optimizer.isPresent())
            .toList();
    if (model.computes()) {
      return asked.stream()
          .filter(t -> !t.computesAsStored() || options.packaging().dtype().isEmpty())
          .toList();
    }
    List<Target> tensors =
        asked.stream()
            .filter(t -> t.isTensorsAlone() || t == Target.PYTHON && steps(optimizer).isPresent())
            .toList();
    if (isChosen && tensors.size() < asked.size()) {
      throw new BadRequest(
          source.provenance().path()
              + ": holds weights and not what is computed with them, so that there is no "
              + String.join(
                  ", ",
                  asked.stream().filter(t -> !t.isTensorsAlone()).map(Target::fileName).toList())
              + " to write; leave it out of --to, or "
              + (source.problems().isEmpty()
                  ? "convert the SavedModel or .meta"
                  : "see to this: " + String.join("; ", source.problems())));
    }
    return tensors;
  }

  /** An optimizer that PyTorch steps with, and not slots alone. */
  static Optional<TorchOptimizer> steps(Optional<TrainingState> training) {
    return training.filter(TorchOptimizer.class::isInstance).map(TorchOptimizer.class::cast);
  }

  private static Map<TensorExpr, Checksums> write(
      TfModel source,
      TorchModel model,
      Beside beside,
      List<Target> targets,
      Packaging packaging,
      Path folder,
      List<String> files,
      Progress progress)
      throws IOException {
    List<TorchModel.Tensor> tensors = model.tensors();
    List<TensorFilePlan> plans = new ArrayList<>();
    for (Target target : targets) {
      Path file = folder.resolve(target.fileName());
      files.add(target.fileName());
      switch (target) {
        case SAFETENSORS -> {
          files.remove(target.fileName());
          plans.addAll(safetensors(tensors, packaging, folder, files));
        }
        case STATE_DICT -> plans.add(StateDictWriter.plan(tensors, file));
        case TORCHSCRIPT -> plans.add(TorchScriptWriter.plan(model, DType.FLOAT32, false, file));
        case PT2 -> plans.add(beside.export().plan().orElseThrow());
        case OPTIMIZER ->
            plans.add(
                OptimizerWriter.plan(
                    beside.optimizer().state().orElseThrow(),
                    beside.optimizer().isInOrder(),
                    file));
        case PYTHON ->
            Files.writeString(
                file,
                PythonWriter.print(model, beside.loss(), steps(beside.optimizer().state())),
                StandardCharsets.UTF_8);
      }
    }
    WritePass.Options pass =
        WritePass.Options.defaults()
            .withSha256(packaging.sha256())
            .withListener((d, t) -> progress.step("writing", d, t));
    return new WritePass(pass).run(plans, source.tensors());
  }

  /** One file, or as many as keep below the size and the index that names them. */
  private static List<TensorFilePlan> safetensors(
      List<TorchModel.Tensor> tensors, Packaging packaging, Path folder, List<String> files)
      throws IOException {
    SafetensorsWriter.Shards shards =
        SafetensorsWriter.shards(
            tensors, Map.of("format", "pt"), folder, "model", packaging.mostShardBytes());
    shards.files().forEach(f -> files.add(String.valueOf(f.file().getFileName())));
    if (!shards.index().isEmpty()) {
      Files.writeString(folder.resolve(SHARD_INDEX), shards.index(), StandardCharsets.UTF_8);
      files.add(SHARD_INDEX);
    }
    return shards.files();
  }

  private static Map<String, String> byName(
      TorchModel model,
      Map<TensorExpr, Checksums> written,
      Function<Checksums, Optional<String>> which) {
    Map<String, String> all = new LinkedHashMap<>();
    for (TorchModel.Tensor tensor : model.tensors()) {
      Optional.ofNullable(written.get(tensor.recipe()))
          .flatMap(which)
          .ifPresent(c -> all.put(tensor.name(), c));
    }
    return all;
  }
}
