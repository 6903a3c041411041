package io.github.tf2torch.cli;

import io.github.tf2torch.convert.Source;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.problem.BadRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A source, and which of the things that it holds is meant: what every command shares. */
public final class SourceMixin {
  @Parameters(
      paramLabel = "SOURCE",
      description =
          "a SavedModel folder; a checkpoint's prefix, folder, .index or .meta; a frozen .pb or"
              + " .pbtxt; a .keras, .h5 or .weights.h5 file")
  private Path source = Path.of("");

  @Option(
      names = "--signature",
      paramLabel = "NAME",
      description = "the signature (default: serving_default, or the only one)")
  private @Nullable String signature;

  @Option(
      names = "--tags",
      split = ",",
      paramLabel = "TAG",
      description = "the graph with these tags, where a SavedModel has several (default: serve)")
  private Set<String> tags = Set.of();

  @Option(
      names = "--step",
      paramLabel = "N",
      description = "the checkpoint of step N, where a folder has several (default: the latest)")
  private @Nullable Long step;

  @Option(
      names = "--graph-inputs",
      split = ",",
      paramLabel = "NODE[:I]",
      description = "where a graph without a signature begins (default: its placeholders)")
  private List<String> inputs = List.of();

  @Option(
      names = "--graph-outputs",
      split = ",",
      paramLabel = "NODE[:I]",
      description = "where a graph without a signature ends (default: what nothing else reads)")
  private List<String> outputs = List.of();

  public Path path() {
    return source;
  }

  public Source open() throws IOException {
    return Source.open(source, options());
  }

  /** With what it is opened. */
  public ReadOptions options() {
    return new ReadOptions(
        Optional.ofNullable(signature),
        tags.stream().filter(t -> !t.isBlank()).collect(Collectors.toSet()),
        step == null ? OptionalLong.empty() : OptionalLong.of(step),
        endpoints("--graph-inputs", inputs),
        endpoints("--graph-outputs", outputs));
  }

  private static List<Endpoint> endpoints(String option, List<String> names) {
    for (String name : names) {
      if (!name.matches("[^:]+(:[0-9]{1,6})?")) {
        throw new BadRequest(option + " " + name + ": expected a node's name, or NODE:OUTPUT");
      }
    }
    return names.stream().map(Endpoint::parse).toList();
  }
}
