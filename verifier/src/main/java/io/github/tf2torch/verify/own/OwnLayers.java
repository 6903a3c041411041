package io.github.tf2torch.verify.own;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.judge.Place;
import io.github.tf2torch.verify.opening.KerasSubject;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.script.UnreadScript;
import io.github.tf2torch.verify.subject.KerasSide;
import io.github.tf2torch.verify.subject.OwnModel;
import io.github.tf2torch.verify.subject.Subject;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The source's layers in a model of one's own, so that it can be taken apart at them; or why none
 * were found.
 *
 * @param subject with the layers as its taps
 * @param within layers of the source with weights that are no value of the model, each with the one
 *     behind it whose comparison holds it, too
 * @param missing those that no comparison holds
 * @param folder of its program
 */
public record OwnLayers(
    Optional<Subject> subject,
    List<String> within,
    List<String> missing,
    String reason,
    Path folder)
    implements Closeable {
  public OwnLayers {
    within = List.copyOf(within);
    missing = List.copyOf(missing);
  }

  /** Looks for them, once for all checks. */
  public static OwnLayers of(Examination examination) throws IOException {
    return examination.shared(OwnLayers.class, OwnLayers::search);
  }

  private static OwnLayers search(Examination examination) throws IOException {
    Path folder = Files.createTempDirectory("tf2torch-layers");
    try {
      return of(examination.subject(), folder, examination.progress());
    } catch (IOException | RuntimeException e) {
      delete(folder);
      throw e;
    }
  }

  private static OwnLayers not(String why, Path folder) {
    return new OwnLayers(Optional.empty(), List.of(), List.of(), why, folder);
  }

  private static OwnLayers of(Subject own, Path folder, Progress progress) throws IOException {
    OwnModel model = own.own().orElseThrow();
    progress.step("reading the model's code", 0, 1);
    Optional<Path> archive = model.runner().archive(own.torchInputs());
    if (archive.isEmpty()) {
      return not("its code can't be had as TorchScript", folder);
    }
    TorchModel translated;
    try {
      translated = translated(own);
    } catch (Problem e) {
      return not(
          "the source has no translation of its own, by which its layers would be known: "
              + firstLine(e),
          folder);
    }
    try {
      OwnProgram program = OwnProgram.read(own.withLikeness(translated), archive.get(), folder);
      progress.step("looking for the source's layers", 0, 1);
      List<TorchModel.Tap> taps = translated.taps();
      try (Engines engines = new Engines(program.subject());
          RunResult tensorflow =
              engines.tensorflow64(taps.stream().map(Place::of).toList()).result()) {
        SourceLayers source = SourceLayers.of(translated, tensorflow.values());
        FoundLayers found = new LayerSearch(program, source, engines).run();
        return found.taps().isEmpty()
            ? not("none of the source's layers is found in it by values or by weights", folder)
            : new OwnLayers(
                Optional.of(program.tapped(found.taps())),
                found.within(source),
                found.missing(source),
                "",
                folder);
      }
    } catch (UnreadScript | EngineFailure | Problem e) {
      return not("its code can't be taken apart: " + firstLine(e), folder);
    }
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static TorchModel translated(Subject own) throws IOException {
    TfModel read = own.source().model();
    TorchModel model = Converter.translate(read, ConvertOptions.defaults()).model();
    if (!KerasSide.isOf(read)) {
      return model;
    }
    List<TorchModel.Tap> taps = KerasSubject.taps(model, KerasSide.of(own.request(), read));
    return model.withTaps(taps);
  }

  @Override
  public void close() throws IOException {
    delete(folder);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }
}
