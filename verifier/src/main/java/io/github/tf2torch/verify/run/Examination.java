package io.github.tf2torch.verify.run;

import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.verify.engine.EngineSettings;
import io.github.tf2torch.verify.subject.CheckName;
import io.github.tf2torch.verify.subject.Subject;
import java.io.Closeable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One verification while it runs: what is verified, and what its checks share. */
public final class Examination implements Closeable {
  private final Subject subject;
  private final Progress progress;
  private final Map<String, String> environment;
  private final Map<Class<?>, Closeable> shared = new LinkedHashMap<>();
  private Optional<ForwardRun> forward = Optional.empty();

  private Examination(Subject subject, Progress progress, Map<String, String> environment) {
    this.subject = subject;
    this.progress = progress;
    this.environment = environment;
  }

  public Examination(Subject subject, Progress progress) {
    this(subject, progress, new TreeMap<>());
    environment.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
  }

  /** Of the same verification, with another form of what is verified. */
  public Examination of(Subject other) {
    return new Examination(other, progress, environment);
  }

  public Subject subject() {
    return subject;
  }

  public Progress progress() {
    return progress;
  }

  /** What the checks ran under, for the report. */
  public Map<String, String> environment() {
    return environment;
  }

  /** Why nothing can be run; empty where both engines can. */
  public Optional<String> impediment() {
    if (!subject.torch().computes()) {
      return Optional.of("the source holds weights alone, so that there is nothing to run");
    }
    if (subject.sourceGraph().graph().isEmpty()) {
      return Optional.of(subject.sourceGraph().missing());
    }
    return impedimentOfTorch();
  }

  /** Why PyTorch can't be run; empty where it can. */
  public Optional<String> impedimentOfTorch() {
    if (!subject.torch().computes()) {
      return Optional.of("the source holds weights alone, so that there is nothing to run");
    }
    if (subject.own().isPresent()) {
      return Optional.empty();
    }
    return Stream.of(Subject.WEIGHTS, "model.torchscript.pt")
        .filter(file -> !subject.has(file))
        .findFirst()
        .map(file -> file + " is not there; convert with every target");
  }

  /** The run that outputs and layers share; with taps where layers are asked for. */
  public ForwardRun forward() throws IOException {
    if (forward.isEmpty()) {
      List<TorchModel.Tap> taps =
          subject.request().checks().contains(CheckName.LAYERS)
              ? subject.torch().taps()
              : List.<TorchModel.Tap>of();
      ForwardRun run = ForwardRun.of(subject, taps, progress);
      describe(run.settings(), run.islands());
      forward = Optional.of(run);
    }
    return forward.get();
  }

  /** What takes long to find and more than one check asks for. */
  public interface Search<T> {
    T of(Examination examination) throws IOException;
  }

  /** Searched for at the first call, and closed together with this. */
  public <T extends Closeable> T shared(Class<T> kind, Search<T> search) throws IOException {
    if (!shared.containsKey(kind)) {
      shared.put(kind, search.of(this));
    }
    return kind.cast(shared.get(kind));
  }

  @Override
  public void close() throws IOException {
    for (Closeable found : shared.values()) {
      found.close();
    }
    shared.clear();
  }

  /** Notes what engines ran under. */
  public void describe(List<EngineSettings> all, List<String> islands) {
    for (EngineSettings settings : all) {
      environment.put(
          settings.engine(),
          settings.version() + ", " + settings.binding() + ", threads " + settings.threads());
      settings.settings().forEach((k, v) -> environment.put(settings.engine() + " " + k, v));
    }
    // both are run in both precisions; the engine speaks of its own last run
    environment.remove("TensorFlow precision");
    environment.put(
        "float32 islands in TensorFlow's float64 run",
        islands.isEmpty() ? "none" : String.join(", ", islands));
  }
}
