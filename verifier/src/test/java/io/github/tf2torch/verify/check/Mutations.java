package io.github.tf2torch.verify.check;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.verify.cause.Candidate;
import io.github.tf2torch.verify.cause.Pitfalls;
import io.github.tf2torch.verify.cause.Span;
import io.github.tf2torch.verify.cause.Stretch;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.judge.Comparison;
import io.github.tf2torch.verify.judge.Own;
import io.github.tf2torch.verify.opening.Opening;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Cause;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.run.ForwardRun;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.Subject;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Plants single faults in correct programs, one at a layer, and asks for each whether it is found
 * there and what is said of it.
 *
 * <p>{@code Mutations LAYERS BATCH SIZE PATH...}: sources, or folders that hold such; of each kind
 * of fault as many layers a source.
 */
final class Mutations {
  /** Of one kind at one layer, how many are tried until one changes something. */
  private static final int MOST_TRIED = 6;

  private final int layers;
  private final int batch;
  private final int size;

  Mutations(int layers, int batch, int size) {
    this.layers = layers;
    this.batch = batch;
    this.size = size;
  }

  /**
   * What came of one fault.
   *
   * @param said of it, empty where no cause was found
   */
  record Outcome(
      Path source, String layer, String kind, String fault, boolean isFoundThere, String said) {
    /** Whether what is said is the fault; what is left out comes back as values that were lost. */
    boolean isNamed() {
      return said.equals(kind) || said.equals("weights") && kind.equals("bias");
    }

    @Override
    public String toString() {
      return (!isFoundThere ? "NOT FOUND" : isNamed() ? "named" : "called \"" + said + '"')
          + ": "
          + source
          + ": "
          + layer
          + ": "
          + kind
          + ": "
          + fault;
    }
  }

  /** All of a source; none where it is not ported, or where nothing can be held against it. */
  List<Outcome> of(Path source, Path out, Consumer<String> print) throws IOException {
    try (Source opened = Source.open(source)) {
      Converter.convert(opened, out, ConvertOptions.defaults(), Progress.silent());
    } catch (Problem e) {
      print.accept(
          "not ported: "
              + source
              + ": "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
      return List.of();
    }
    VerifyRequest request =
        VerifyRequest.of(source, out, InputChoice.drawn(1, batch, size), Set.of("layers"));
    List<Outcome> outcomes = new ArrayList<>();
    try (Subject subject = Opening.of(request)) {
      if (new Examination(subject, Progress.silent()).impediment().isPresent()) {
        print.accept("not run: " + source);
        return List.of();
      }
      Own right = ran(subject);
      if (right.layers().stream().anyMatch(l -> l.verdict() == Verdict.DIFFER)) {
        throw new AssertionError(source + " differs without a fault: " + right);
      }
      plant(subject, outcomes);
    } catch (Problem | EngineFailure e) {
      print.accept(
          "not run: "
              + source
              + ": "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
    return outcomes;
  }

  private void plant(Subject subject, List<Outcome> outcomes) throws IOException {
    List<TorchModel.Tap> taps = subject.torch().taps();
    TorchModel model = subject.asConverted(taps);
    Map<String, Integer> planted = new TreeMap<>();
    for (int place = 0; place < taps.size(); place++) {
      Stretch stretch = Stretch.of(model, Span.of(model, taps.subList(0, place), taps.get(place)));
      Map<String, List<Candidate>> byKind = new LinkedHashMap<>();
      Stream.concat(Pitfalls.of(stretch), lost(stretch))
          .forEach(c -> byKind.computeIfAbsent(c.kind(), k -> new ArrayList<>()).add(c));
      for (Map.Entry<String, List<Candidate>> kind : byKind.entrySet()) {
        if (planted.getOrDefault(kind.getKey(), 0) >= layers
            || isShared(model, stretch, kind.getKey())) {
          continue;
        }
        for (Candidate fault :
            kind.getValue().subList(0, Math.min(MOST_TRIED, kind.getValue().size()))) {
          Optional<Outcome> outcome = planted(subject, taps.get(place), fault);
          if (outcome.isPresent()) {
            outcomes.add(outcome.get());
            planted.merge(kind.getKey(), 1, Integer::sum);
            break;
          }
        }
      }
    }
  }

  /** A tensor of another step of the training: every element a little more. */
  private static Stream<Candidate> lost(Stretch stretch) {
    return stretch.span().tensors(stretch.model()).stream()
        .filter(t -> t.recipe().dtype().isFloating())
        .map(
            t ->
                new Candidate(
                    "weights",
                    t.name() + " of another step",
                    List.of(),
                    stretch
                        .span()
                        .remade(
                            stretch.model(),
                            other ->
                                other.name().equals(t.name())
                                    ? other.with(new TensorExpr.Scale(t.recipe(), 1.01))
                                    : other)));
  }

  /** A fault in a tensor that other layers read, too, is one of theirs as well. */
  private static boolean isShared(TorchModel model, Stretch stretch, String kind) {
    Set<String> ofTensors =
        Set.of(
            "exchange",
            "weights",
            "bias",
            "transpose",
            "reshape",
            "flatten",
            "depthwise",
            "colours");
    if (!ofTensors.contains(kind)) {
      return false;
    }
    return stretch.span().tensors(model).stream()
        .anyMatch(
            t ->
                model.taps().stream()
                        .filter(
                            tap -> {
                              int at = model.taps().indexOf(tap);
                              return Span.of(model, model.taps().subList(0, at), tap)
                                  .reads(t.name());
                            })
                        .map(TorchModel.Tap::value)
                        .distinct()
                        .count()
                    > 1);
  }

  /** Empty where it changes nothing, as equal vectors in each other's place, or does not run. */
  private static Optional<Outcome> planted(Subject subject, TorchModel.Tap tap, Candidate fault)
      throws IOException {
    List<TorchModel.Tap> taps = subject.torch().taps();
    // the program asked for may have other taps than the one that was altered
    Subject faulty =
        subject.withAltered(
            m ->
                m.withModules(fault.program().modules())
                    .withTensors(fault.program().tensors())
                    .withBody(fault.program().body()));
    Own own;
    try {
      own = ran(faulty);
    } catch (EngineFailure | IllegalArgumentException e) {
      return Optional.empty();
    }
    if (own.layers().stream().noneMatch(l -> l.verdict() == Verdict.DIFFER)) {
      return Optional.empty();
    }
    List<Integer> found = own.open().isPresent() ? List.of(own.open().get()) : own.wrong();
    boolean isFoundThere =
        !found.isEmpty() && found.stream().allMatch(i -> taps.get(i).value().equals(tap.value()));
    String said =
        isFoundThere
            ? Cause.at(faulty, found.get(0), own.open().isEmpty())
                .candidate()
                .map(Candidate::kind)
                .orElse("")
            : "";
    return Optional.of(
        new Outcome(
            subject.request().source(),
            tap.layer(),
            fault.kind(),
            fault.cause(),
            isFoundThere,
            said));
  }

  private static Own ran(Subject subject) throws IOException {
    ForwardRun run = ForwardRun.of(subject, subject.torch().taps(), Progress.silent());
    return Own.of(run.layers(), run.alone(), Comparison.FLOAT64_BOUND);
  }

  /** As the suite ends: how many, and by kind how many of them were named. */
  static String summary(List<Outcome> outcomes) {
    Map<String, int[]> kinds = new TreeMap<>();
    for (Outcome outcome : outcomes) {
      int[] counts = kinds.computeIfAbsent(outcome.kind(), k -> new int[3]);
      counts[0]++;
      counts[1] += outcome.isFoundThere() ? 1 : 0;
      counts[2] += outcome.isNamed() ? 1 : 0;
    }
    StringBuilder text = new StringBuilder();
    int found = (int) outcomes.stream().filter(Outcome::isFoundThere).count();
    int named = (int) outcomes.stream().filter(Outcome::isNamed).count();
    text.append(
        outcomes.size() + " faults, " + found + " found at their layer, " + named + " named\n");
    kinds.forEach(
        (kind, c) -> text.append("  " + kind + ": " + c[0] + ", " + c[1] + ", " + c[2] + "\n"));
    return text.toString();
  }

  public static void main(String[] words) throws IOException {
    Mutations mutations =
        new Mutations(
            Integer.parseInt(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    List<Outcome> all = new ArrayList<>();
    for (String root : Arrays.asList(words).subList(3, words.length)) {
      for (Path source : FalseAlarms.sources(Path.of(root))) {
        Path folder = Files.createTempDirectory("mutations");
        List<Outcome> outcomes = mutations.of(source, folder.resolve("out"), System.out::println);
        outcomes.stream().filter(o -> !o.isNamed()).forEach(System.out::println);
        System.out.println(outcomes.size() + " at " + source);
        all.addAll(outcomes);
        FalseAlarms.delete(folder);
      }
    }
    System.out.println(summary(all));
  }
}
