package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.problem.UnsupportedFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * The model in a training graph: it ends where its loss begins, or where a graph that does not
 * train ends; the data that this needs are its inputs, but for what only says whether it trains.
 *
 * @param graph as stored, but that flags have a default and pipelines a placeholder
 * @param assumed each choice in words
 */
record TrainedModel(GraphDef graph, Signature signature, List<String> assumed) {
  private static final Pattern LIKE_A_RESULT =
      Pattern.compile(
          ".*(logit|softmax|sigmoid|predict|prob|output|argmax|score).*", Pattern.CASE_INSENSITIVE);
  private static final Set<String> NO_RESULTS =
      Set.of("NoOp", "Assert", "Const", "SaveV2", "Print", "PrintV2", "Identity");
  private static final int NAMES_SHOWN = 8;

  TrainedModel {
    assumed = List.copyOf(assumed);
  }

  /**
   * @param trainable the nodes that hold the variables which are trained
   * @throws UnsupportedFile where nothing shows what the model's results are
   */
  static TrainedModel of(
      String file, GraphDef stored, OpTable ops, Set<String> trainable, ReadOptions options) {
    TrainingGraph graph = new TrainingGraph(stored);
    List<String> assumed = new ArrayList<>();
    List<Endpoint> results =
        options.outputs().isEmpty() ? results(graph, trainable, assumed) : options.outputs();
    Set<NodeDef> needed = new HashSet<>();
    results.forEach(r -> needed.addAll(graph.behind(r)));
    ModePlaceholders mode = ModePlaceholders.among(needed, graph, options.inputs());
    InferenceForm form = InferenceForm.of(stored, ops, needed, trainable);
    GraphDef fed = mode.withDefaults(form.in(stored));
    List<String> pipelines = List.of();
    if (options.inputs().isEmpty()) {
      Names names = new Names(fed.getNodeList().stream().map(NodeDef::getName).toList());
      PipelineInputs inputs = PipelineInputs.behind(results, graph, ops, names);
      fed = inputs.in(fed);
      pipelines = inputs.assumed();
    }
    ReadOptions ends =
        new ReadOptions(
            options.signature(), options.tags(), options.step(), options.inputs(), results);
    Signature signature = GraphEnds.of(file, fed, ops, ends).signature();
    if (options.inputs().isEmpty() && pipelines.isEmpty() && !signature.inputs().isEmpty()) {
      assumed.add(
          "its inputs are the placeholders that it needs: "
              + signature.inputs().stream()
                  .map(Signature.Tensor::key)
                  .collect(Collectors.joining(", ")));
    }
    assumed.addAll(pipelines);
    assumed.addAll(mode.assumed());
    assumed.addAll(form.assumed());
    return new TrainedModel(fed, signature, assumed);
  }

  private static List<Endpoint> results(
      TrainingGraph graph, Set<String> trainable, List<String> assumed) {
    Logits logits = new Logits(graph, trainable);
    List<Logits.Found> found = logits.find();
    for (Logits.Found one : found) {
      assumed.add(
          "the model ends at %s, which the loss %s takes"
              .formatted(text(one.result()), one.loss().getName()));
    }
    if (!found.isEmpty()) {
      return found.stream().map(Logits.Found::result).toList();
    }
    List<Endpoint> sinks = logits.isTraining() ? List.of() : sinks(graph, trainable);
    if (sinks.isEmpty()) {
      throw new UnsupportedFile(
          "no loss is recognised in the graph, so that its outputs are not known; name them with"
              + " --graph-outputs"
              + hints(graph));
    }
    sinks.forEach(s -> assumed.add("the model ends at " + text(s) + ", which nothing else reads"));
    return sinks;
  }

  private static String text(Endpoint endpoint) {
    return endpoint.index() == 0 ? endpoint.node() : endpoint.toString();
  }

  /** What is computed of data and variables, and not read again. */
  private static List<Endpoint> sinks(TrainingGraph graph, Set<String> trainable) {
    Set<String> ofVariables = graph.ahead(trainable);
    Set<String> ofData = ofData(graph);
    return StreamSupport.stream(graph.nodes().spliterator(), false)
        .filter(n -> ofVariables.contains(n.getName()) && ofData.contains(n.getName()))
        .filter(n -> graph.users(n.getName()).isEmpty() && !Effects.writes(n.getOp()))
        .filter(n -> !NO_RESULTS.contains(n.getOp()) && !n.getOp().contains("Summary"))
        .map(n -> new Endpoint(n.getName(), 0))
        .toList();
  }

  private static Set<String> ofData(TrainingGraph graph) {
    Collection<String> sources = new TreeSet<>();
    for (NodeDef node : graph.nodes()) {
      if (DataSources.isPlaceholder(node) || DataSources.isPipeline(node)) {
        sources.add(node.getName());
      }
    }
    return graph.ahead(sources);
  }

  private static String hints(TrainingGraph graph) {
    Set<String> ofData = ofData(graph);
    List<String> named =
        StreamSupport.stream(graph.nodes().spliterator(), false)
            .filter(n -> ofData.contains(n.getName()) && !Logits.isGradient(n))
            .map(NodeDef::getName)
            .filter(n -> LIKE_A_RESULT.matcher(n).matches())
            .limit(NAMES_SHOWN)
            .toList();
    return named.isEmpty() ? "" : ", perhaps " + String.join(", ", named);
  }
}
