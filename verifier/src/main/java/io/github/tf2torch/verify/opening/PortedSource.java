package io.github.tf2torch.verify.opening;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.convert.ConversionFile;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.verify.subject.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The source of a port. A checkpoint and the graph beside it are two sources of the same name, of
 * which one has weights alone; it is the one that {@code conversion.json} names.
 */
final class PortedSource {
  private static final String GRAPH = ".meta";

  private PortedSource() {}

  /**
   * Opens what the port was made of: what is given, or the graph of the very checkpoint that is
   * given.
   *
   * @throws BadRequest where it is of another kind
   */
  static Source open(VerifyRequest request, JsonNode conversion) throws IOException {
    Source given = Source.open(request.source(), ConversionFile.readOptions(conversion));
    String recorded = conversion.path("source").path("format").asText();
    String found = given.provenance().format();
    boolean isOfGraph = recorded.startsWith("training graph");
    if (recorded.equals(found) || isOfGraph == found.startsWith("training graph")) {
      return given;
    }
    Optional<Path> graph = isOfGraph ? given.trainingGraph() : Optional.empty();
    given.close();
    if (graph.isPresent()) {
      return Source.open(graph.get(), ConversionFile.readOptions(conversion));
    }
    throw new BadRequest(
        request.source()
            + ": is a "
            + found
            + ", and "
            + request.torch().directory()
            + " was made of a "
            + recorded
            + " ("
            + conversion.path("source").path("path").asText()
            + "); give "
            + (isOfGraph
                ? "the " + GRAPH + " file of this checkpoint, which is not beside it"
                : "the checkpoint, not the graph beside it"));
  }
}
