package io.github.tf2torch.verify.opening;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Like;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.torch.ScriptArchive;
import io.github.tf2torch.read.torch.TorchFiles;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.inputs.WholeNumbers;
import io.github.tf2torch.verify.reference.MissingReference;
import io.github.tf2torch.verify.subject.KerasSide;
import io.github.tf2torch.verify.subject.OwnModel;
import io.github.tf2torch.verify.subject.OwnRunner;
import io.github.tf2torch.verify.subject.OwnTorch;
import io.github.tf2torch.verify.subject.SourceGraph;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import io.github.tf2torch.verify.trace.TraceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A source and a user's own PyTorch model as what is verified: tensors matched, layouts found. */
final class OwnSubject {
  private OwnSubject() {}

  static Subject open(VerifyRequest request, OwnTorch own) throws IOException {
    if (!Files.isRegularFile(own.file())) {
      throw new DamagedFile(own.file() + ": there is no such file for --torch");
    }
    Source source = Source.open(request.source());
    try {
      if (request.inputs().trace().isEmpty()
          && source.graph().isEmpty()
          && !KerasSide.isOf(source.model())) {
        throw new UnsupportedFile(
            source.path()
                + ": has no graph that TensorFlow could run, so that there is nothing to hold "
                + own.file()
                + " against; give a SavedModel, a .meta, a frozen graph or a Keras model, or a"
                + " --trace of it");
      }
      return open(request, own, source, runner(request, own));
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** With its computation where that can be read: variables alone are enough beside a trace. */
  private static TfModel variables(Source source) throws IOException {
    try {
      return source.model();
    } catch (Problem e) {
      return source.variables();
    }
  }

  private static Signature signature(VerifyRequest request, TfModel model) throws IOException {
    if (request.inputs().trace().isEmpty()) {
      return model.signature();
    }
    try (TraceFile trace = TraceFile.open(request.inputs().trace().get())) {
      return TraceInputs.signature(trace);
    }
  }

  private static Map<String, TensorValue> inputs(
      VerifyRequest request, TfModel model, Signature signature) throws IOException {
    if (request.inputs().trace().isEmpty()) {
      return Subject.inputs(request, model, WholeNumbers.bounds(model));
    }
    try (TraceFile trace = TraceFile.open(request.inputs().trace().get())) {
      return TraceInputs.of(trace, signature);
    }
  }

  private static OwnRunner runner(VerifyRequest request, OwnTorch own) throws IOException {
    if (own.module().isPresent()) {
      return PythonRunner.ofFile(
          request.torch().python().orElse("python3"),
          own.module().get(),
          own.file(),
          request.threads());
    }
    ScriptArchive layout =
        ScriptArchive.read(own.file())
            .orElseThrow(
                () ->
                    new BadRequest(
                        own.file()
                            + ": is no TorchScript archive; for a state_dict, name the module that"
                            + " takes it with --python-module FILE.py:Class"));
    return new ScriptRunner(own.file(), layout, request.threads());
  }

  private static Subject open(VerifyRequest request, OwnTorch own, Source source, OwnRunner runner)
      throws IOException {
    TensorFile weights = TorchFiles.open(own.file()).orElseThrow();
    try {
      TfModel read = request.inputs().trace().isPresent() ? variables(source) : source.model();
      Optional<KerasSide> keras =
          request.inputs().trace().isPresent() ? Optional.empty() : keras(request, read);
      TfModel model = keras.map(KerasSide::model).orElse(read);
      Signature signature = signature(request, model);
      Map<String, TensorValue> inputs =
          keras.isPresent() ? keras.get().inputs() : inputs(request, read, signature);
      ConvertOptions like = ConvertOptions.defaults().withLike(new Like(own.file(), own.rules()));
      OwnRows rows = OwnRows.of(Converter.translate(read, like), read.tensors(), weights);
      Map<String, String> notes = new LinkedHashMap<>();
      notes.put("PyTorch model", own.file() + own.module().map(m -> ", run as " + m).orElse(""));
      notes.put(
          "matched by", own.rules().map(r -> "the rules of " + r).orElse("structure and names"));
      if (!rows.kept().isEmpty()) {
        notes.put(
            "rows in TensorFlow's order",
            String.join(", ", rows.kept()) + ", as a model has them that permutes and flattens");
      }
      // layouts are found by running both; the model names outputs as it likes
      OwnModel plain = OwnModel.of(own.file().toString(), runner, weights, List.of(), notes);
      Subject provisional =
          new Subject(
              request,
              source,
              model,
              OwnLayouts.plain(rows.matched(), signature, inputs),
              Map.of(),
              inputs,
              UnaryOperator.identity(),
              Optional.of(plain),
              keras.map(KerasSide::graph).orElseGet(() -> SourceGraph.of(source)));
      return OwnLayouts.found(provisional, plain, own.inputLayout());
    } catch (IOException | RuntimeException e) {
      weights.close();
      runner.close();
      throw e;
    }
  }

  private static Optional<KerasSide> keras(VerifyRequest request, TfModel read) {
    try {
      return KerasSide.isOf(read) ? Optional.of(KerasSide.of(request, read)) : Optional.empty();
    } catch (MissingReference e) {
      throw new UnsupportedFile(request.source() + ": " + e.getMessage(), e);
    }
  }
}
