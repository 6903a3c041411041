package io.github.tf2torch.verify.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.convert.ConversionFile;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.problem.BadRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The source of a port. A checkpoint and the graph beside it are two sources of the same name, of
 * which one has weights alone; it is the one that {@code conversion.json} names.
 */
final class PortedSource {
  private static final String GRAPH = ".meta";

  private PortedSource() {}

  /** Opens what the port was made of, where that lies at the path that is given or beside it. */
  static Source open(VerifyRequest request, JsonNode conversion) throws IOException {
    Source given = Source.open(request.source(), ConversionFile.readOptions(conversion));
    String recorded = conversion.path("source").path("format").asText();
    String found = given.provenance().format();
    boolean isOfGraph = recorded.startsWith("training graph");
    if (recorded.equals(found) || isOfGraph == found.startsWith("training graph")) {
      return given;
    }
    given.close();
    if (isOfGraph) {
      List<Path> graphs = graphs(request.source());
      Path name = Path.of(conversion.path("source").path("path").asText()).getFileName();
      for (Path graph : graphs) {
        if (graphs.size() == 1 || graph.getFileName().equals(name)) {
          return Source.open(graph, ConversionFile.readOptions(conversion));
        }
      }
    }
    throw new BadRequest(
        request.source()
            + ": is a "
            + found
            + ", and "
            + request.directory()
            + " was made of a "
            + recorded
            + " ("
            + conversion.path("source").path("path").asText()
            + "); give "
            + (isOfGraph ? "its " + GRAPH + " file" : "the checkpoint, not the graph beside it"));
  }

  private static List<Path> graphs(Path source) throws IOException {
    Path folder =
        Files.isDirectory(source) ? source : source.toAbsolutePath().normalize().getParent();
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(GRAPH)).sorted().toList();
    }
  }
}
