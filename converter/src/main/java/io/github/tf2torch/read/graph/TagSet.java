package io.github.tf2torch.read.graph;

import io.github.tf2torch.problem.BadRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tensorflow.proto.MetaGraphDef;

/**
 * Which of a SavedModel's graphs is meant: each has a set of tags of its own (saved_model.proto).
 * {@code serve} is what servers load; modules of TF1's Hub call the same by no tag at all, and one
 * that also trains {@code train}.
 *
 * @param assumed why this one, where others could have been meant and nobody asked
 */
record TagSet(MetaGraphDef graph, Optional<String> assumed) {
  private static final String SERVE = "serve";

  /**
   * @param wanted those that the user names; all of the graph's own, or enough to tell it
   */
  static TagSet choose(String file, List<MetaGraphDef> graphs, Set<String> wanted) {
    if (wanted.isEmpty()) {
      return preferred(file, graphs);
    }
    List<MetaGraphDef> exact = graphs.stream().filter(g -> tags(g).equals(wanted)).toList();
    List<MetaGraphDef> found =
        exact.isEmpty() ? graphs.stream().filter(g -> tags(g).containsAll(wanted)).toList() : exact;
    if (found.size() == 1) {
      return new TagSet(found.get(0), Optional.empty());
    }
    throw new BadRequest(
        "%s: %s graph has the tags %s; there are: %s"
            .formatted(
                file,
                found.isEmpty() ? "no" : "more than one",
                text(new TreeSet<>(wanted)),
                all(graphs)));
  }

  private static TagSet preferred(String file, List<MetaGraphDef> graphs) {
    if (graphs.size() == 1) {
      return new TagSet(graphs.get(0), Optional.empty());
    }
    List<List<MetaGraphDef>> byPreference = new ArrayList<>();
    byPreference.add(graphs.stream().filter(g -> tags(g).equals(Set.of(SERVE))).toList());
    byPreference.add(graphs.stream().filter(g -> tags(g).contains(SERVE)).toList());
    byPreference.add(graphs.stream().filter(g -> tags(g).isEmpty()).toList());
    List<MetaGraphDef> best =
        byPreference.stream().filter(found -> !found.isEmpty()).findFirst().orElse(graphs);
    if (best.size() > 1) {
      throw new BadRequest(
          "%s: holds several graphs, with the tags %s; choose one with --tags"
              .formatted(file, all(graphs)));
    }
    return new TagSet(
        best.get(0),
        Optional.of(
            "of the graphs with the tags %s it is the one with %s; --tags chooses another"
                .formatted(all(graphs), text(tags(best.get(0))))));
  }

  private static Set<String> tags(MetaGraphDef graph) {
    return new TreeSet<>(graph.getMetaInfoDef().getTagsList());
  }

  private static String all(List<MetaGraphDef> graphs) {
    return graphs.stream().map(g -> text(tags(g))).collect(Collectors.joining(", "));
  }

  private static String text(Set<String> tags) {
    return tags.isEmpty() ? "{}" : tags.stream().collect(Collectors.joining(", ", "{", "}"));
  }
}
