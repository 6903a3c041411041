package io.github.tf2torch.verify.own;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.verify.cause.Span;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.judge.Place;
import io.github.tf2torch.verify.opening.KerasSubject;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.script.UnreadScript;
import io.github.tf2torch.verify.subject.KerasSide;
import io.github.tf2torch.verify.subject.OwnModel;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.training.OwnLeaves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The source's layers in a model of one's own, so that it can be taken apart at them. */
public final class OwnLayers {
  private OwnLayers() {}

  /**
   * What was found, or why nothing was.
   *
   * @param subject with the layers as its taps; its folder is to be deleted
   * @param missing layers of the source with weights that were not found
   */
  public record Found(Optional<Subject> subject, List<String> missing, String reason) {
    private static Found not(String why) {
      return new Found(Optional.empty(), List.of(), why);
    }
  }

  /** Looks for them. */
  public static Found of(Subject own, Path folder, Progress progress) throws IOException {
    OwnModel model = own.own().orElseThrow();
    progress.step("reading the model's code", 0, 1);
    Optional<Path> archive = model.runner().archive(own.torchInputs());
    if (archive.isEmpty()) {
      return Found.not("its code can't be had as TorchScript");
    }
    TorchModel translated;
    try {
      translated = translated(own);
    } catch (Problem e) {
      return Found.not(
          "the source has no translation of its own, by which its layers would be known: "
              + firstLine(e));
    }
    try {
      OwnProgram program = OwnProgram.read(own.withLikeness(translated), archive.get(), folder);
      progress.step("looking for the source's layers", 0, 1);
      List<TorchModel.Tap> taps = translated.taps();
      try (Engines engines = new Engines(program.subject());
          RunResult tensorflow =
              engines.tensorflow64(taps.stream().map(Place::of).toList()).result()) {
        LayerSearch search =
            new LayerSearch(program, taps, leaves(translated), tensorflow.values(), engines);
        return found(program, search);
      }
    } catch (UnreadScript | EngineFailure | Problem e) {
      return Found.not("its code can't be taken apart: " + firstLine(e));
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
    return new TorchModel(
        model.className(),
        model.inputs(),
        model.modules(),
        model.tensors(),
        model.body(),
        model.outputs(),
        taps);
  }

  /** Of each boundary, the variables that what makes it from those before reads. */
  private static List<Set<String>> leaves(TorchModel model) {
    List<Set<String>> all = new ArrayList<>();
    Set<String> values = new HashSet<>();
    for (int i = 0; i < model.taps().size(); i++) {
      Span span = Span.of(model, model.taps().subList(0, i), model.taps().get(i));
      Set<String> leaves = new TreeSet<>();
      if (!values.add(model.taps().get(i).value())) {
        all.add(leaves); // the same once more, by another name
        continue;
      }
      span.tensors(model).forEach(t -> leaves.addAll(OwnLeaves.of(t.recipe())));
      all.add(leaves);
    }
    return all;
  }

  private static Found found(OwnProgram program, LayerSearch search) throws IOException {
    search.run();
    return search.found().isEmpty()
        ? Found.not("none of the source's layers is found in it by values or by weights")
        : new Found(Optional.of(program.tapped(search.found())), search.missing(), "");
  }

  /** A folder for its program, which the caller deletes by {@link #delete}. */
  public static Path folder() throws IOException {
    return Files.createTempDirectory("tf2torch-layers");
  }

  public static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }
}
