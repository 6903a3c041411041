package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Finds the step of training in a graph: what is fed, what is run, and which number falls. */
final class TrainingStepReader {
  private static final Pattern APPLIES =
      Pattern.compile("(Resource)?(Sparse)?Apply(?<kind>[A-Za-z0-9]+)");
  private static final Pattern OF_A_GRADIENT = Pattern.compile("(.*/)?gradients(_\\d+)?/.*");

  private final String file;
  private final GraphDef stored;
  private final TrainingGraph graph;
  private final OpTable ops;
  private final Map<String, List<String>> collections;
  private final Map<String, Variable> holders;
  private final TensorSource tensors;

  /**
   * @param holders node → the variable that it holds
   */
  TrainingStepReader(
      String file,
      GraphDef stored,
      OpTable ops,
      Map<String, List<String>> collections,
      Map<String, Variable> holders,
      TensorSource tensors) {
    this.tensors = tensors;
    this.file = file;
    this.stored = stored;
    this.graph = new TrainingGraph(stored);
    this.ops = ops;
    this.collections = collections;
    this.holders = holders;
  }

  /** What is differentiated; empty where nothing is. */
  Optional<Endpoint> loss() {
    List<Endpoint> ends = LossEnd.all(graph, new Logits(graph, Set.of()).differentiated());
    if (ends.size() > 1) {
      throw new UnsupportedFile(
          file
              + ": the graph trains more than one loss: "
              + ends.stream().map(Endpoint::node).collect(Collectors.joining(", ")));
    }
    return ends.stream().findFirst();
  }

  /**
   * The step; empty where the graph has no optimizer.
   *
   * @param model the forward part
   * @throws UnsupportedFile where it needs what is not known
   */
  Optional<TrainingStep> read(Signature model) {
    List<NodeDef> applying = new ArrayList<>();
    graph.nodes().forEach(n -> Optional.of(n).filter(this::applies).ifPresent(applying::add));
    Optional<Endpoint> loss = applying.isEmpty() ? Optional.empty() : loss();
    if (loss.isEmpty()) {
      return Optional.empty();
    }
    requireKnownGradients(applying);
    List<String> targets = targets(applying);
    List<Endpoint> fed = model.inputs().stream().map(Signature.Tensor::endpoint).toList();
    Set<String> needed = needed(targets, loss.get(), fed);
    Map<Endpoint, TensorValue> settings =
        ModePlaceholders.inTraining(graph.behind(loss.get()), graph, fed);
    List<Signature.Tensor> labels = labels(loss.get(), fed, settings.keySet());
    List<Endpoint> rates = applying.stream().map(this::rate).flatMap(Optional::stream).toList();
    requireFed(needed, fed, labels, settings.keySet(), rates);
    GraphDef.Builder cut = stored.toBuilder().clearNode();
    stored.getNodeList().stream().filter(n -> needed.contains(n.getName())).forEach(cut::addNode);
    return Optional.of(
        new TrainingStep(
            cut.build(),
            loss.get(),
            targets,
            model.inputs(),
            labels,
            settings,
            gate(loss.get(), applying),
            rates.stream().distinct().toList(),
            handles(needed)));
  }

  private boolean applies(NodeDef node) {
    Matcher op = APPLIES.matcher(node.getOp());
    return op.matches() && ApplyOp.ALL.containsKey(op.group("kind"));
  }

  /** What a program files as its train op; else what waits for all that is applied. */
  private List<String> targets(List<NodeDef> applying) {
    Set<String> found = new LinkedHashSet<>();
    for (String collection : List.of("train_op", "update_ops")) {
      collections.getOrDefault(collection, List.of()).stream()
          .map(References::node)
          .filter(n -> graph.maker(n).isPresent())
          .forEach(found::add);
    }
    List<String> filed = collections.getOrDefault("train_op", List.of());
    if (filed.isEmpty()) {
      for (NodeDef node : applying) {
        int update = node.getName().indexOf("/update_");
        String scope = update > 0 ? node.getName().substring(0, update) : node.getName();
        found.add(graph.maker(scope).isPresent() ? scope : node.getName());
      }
    }
    return List.copyOf(found);
  }

  /** As they are, or all clipped alike, which a conversion says in its apply_gradients. */
  private void requireKnownGradients(List<NodeDef> applying) {
    GradientChanges changes =
        new GradientChanges(graph, new Hyperparameters(graph, holders, tensors));
    Set<Map<String, Config>> found = new HashSet<>();
    applying.forEach(
        n -> gradient(n).ifPresent(g -> found.add(changes.of(g.node() + ":" + g.index()))));
    boolean isAlike = found.size() == 1 && !found.iterator().next().containsKey("gradient");
    Set<String> changed = new LinkedHashSet<>();
    for (NodeDef node : applying) {
      gradient(node)
          .map(g -> graph.origin(g, Set.of("Identity")))
          .flatMap(graph::maker)
          .filter(n -> !isAlike && !OF_A_GRADIENT.matcher(n.getName()).matches())
          .ifPresent(n -> changed.add(n.getName() + " (" + n.getOp() + ")"));
    }
    if (!changed.isEmpty()) {
      throw new UnsupportedFile(
          file
              + ": gradients are changed before they are applied, which is in no optimizer.pt: "
              + changed.stream().limit(4).collect(Collectors.joining(", ")));
    }
  }

  /** All gradients, and the loss, before the first variable changes; unless one needs a change. */
  private TrainingStep.Gate gate(Endpoint loss, List<NodeDef> applying) {
    Set<String> first = new LinkedHashSet<>(Set.of(loss.node()));
    applying.forEach(n -> gradient(n).ifPresent(g -> first.add(g.node())));
    List<String> last = new ArrayList<>(applying.stream().map(NodeDef::getName).toList());
    Set<String> before = new HashSet<>();
    first.forEach(f -> before.addAll(needed(List.of(), new Endpoint(f, 0), List.of())));
    // weights that decay by an op of their own
    for (NodeDef node : graph.nodes()) {
      if (node.getOp().startsWith("AssignSub") && !before.contains(node.getName())) {
        last.add(node.getName());
      }
    }
    return last.stream().anyMatch(before::contains)
        ? new TrainingStep.Gate(List.of(), List.of())
        : new TrainingStep.Gate(List.copyOf(first), last);
  }

  private Optional<Endpoint> gradient(NodeDef node) {
    return input(node, "grad");
  }

  private Optional<Endpoint> rate(NodeDef node) {
    return input(node, "lr");
  }

  private Optional<Endpoint> input(NodeDef node, String name) {
    Matcher op = APPLIES.matcher(node.getOp());
    if (!op.matches()) {
      return Optional.empty();
    }
    ApplyOp apply = ApplyOp.ALL.get(op.group("kind"));
    List<String> names = node.getOp().contains("Sparse") ? apply.sparseInputs() : apply.inputs();
    return names.contains(name) ? TrainingGraph.input(node, names.indexOf(name)) : Optional.empty();
  }

  /** All that runs in a step, up to what is fed. */
  private Set<String> needed(List<String> targets, Endpoint loss, List<Endpoint> fed) {
    Set<String> ends = fed.stream().map(Endpoint::node).collect(Collectors.toSet());
    Set<String> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(targets);
    open.add(loss.node());
    while (!open.isEmpty()) {
      String name = open.remove();
      Optional<NodeDef> node = graph.maker(name);
      if (node.isPresent() && found.add(name)) {
        boolean isEnd = ends.contains(name) && TrainingGraph.isPlaceholder(node.get());
        node.get().getInputList().stream()
            .filter(i -> !isEnd)
            .forEach(i -> open.add(References.node(i)));
      }
    }
    return found;
  }

  private List<Signature.Tensor> labels(
      Endpoint loss, List<Endpoint> inputs, Collection<Endpoint> settings) {
    ReadOptions ends =
        new ReadOptions(Optional.empty(), Set.of(), OptionalLong.empty(), List.of(), List.of(loss));
    return GraphEnds.of(file, stored, ops, ends).signature().inputs().stream()
        .filter(t -> !inputs.contains(t.endpoint()) && !settings.contains(t.endpoint()))
        .toList();
  }

  /** Nothing may be left that only the program knew. */
  private void requireFed(
      Set<String> needed,
      List<Endpoint> inputs,
      List<Signature.Tensor> labels,
      Collection<Endpoint> settings,
      List<Endpoint> rates) {
    Set<String> fed = new HashSet<>();
    inputs.forEach(i -> fed.add(i.node()));
    labels.forEach(l -> fed.add(l.endpoint().node()));
    settings.forEach(s -> fed.add(s.node()));
    rates.forEach(r -> fed.add(r.node()));
    List<String> open = new ArrayList<>();
    for (NodeDef node : graph.nodes()) {
      boolean isSource = DataSources.isPlaceholder(node) || DataSources.isPipeline(node);
      if (isSource && needed.contains(node.getName()) && !fed.contains(node.getName())) {
        open.add(node.getName() + " (" + node.getOp() + ")");
      }
    }
    if (!open.isEmpty()) {
      throw new UnsupportedFile(
          file
              + ": a step of its training is fed with what is not known: "
              + String.join(", ", open));
    }
  }

  private Map<String, String> handles(Set<String> needed) {
    Map<String, String> handles = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (NodeDef node : graph.nodes()) {
      if (needed.contains(node.getName()) && TrainingGraph.isVariable(node)) {
        Optional.ofNullable(holders.get(node.getName()))
            .ifPresentOrElse(
                v -> handles.put(node.getName(), v.name()), () -> missing.add(node.getName()));
      }
    }
    if (!missing.isEmpty()) {
      throw new UnsupportedFile(
          file
              + ": a step of its training needs variables that the checkpoint does not hold: "
              + String.join(", ", missing));
    }
    return handles;
  }
}
