package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.nn.Recurrent;
import io.github.tf2torch.rules.RuleSet;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The step of a loop that is exactly a cell of PyTorch.
 *
 * @param tensors the parameters of the module
 * @param states the place among the loop's states of {@code h} and, of an LSTM, of {@code c}
 */
record KnownCell(Recurrent module, Map<String, TensorExpr> tensors, List<Integer> states) {
  KnownCell {
    tensors = Map.copyOf(tensors);
    states = List.copyOf(states);
  }

  /** The cell of a {@code fused.Loop}; empty where it is none of PyTorch's. */
  static Optional<KnownCell> of(
      Node loop, Graph graph, RuleSet rules, Function<Node, Optional<Value>> weight) {
    Graph.Function body = graph.functions().get(loop.functionAttr("body"));
    int count = Math.toIntExact(loop.intAttr("states"));
    if (loop.intAttr("sequences") != 1 || loop.intAttr("captured") != 0 || count < 1 || count > 2) {
      return Optional.empty();
    }
    // the number of the step stands before the item
    Endpoint item = new Endpoint(body.arguments().get(1), 0);
    for (int h = 0; h < count; h++) {
      Endpoint state = new Endpoint(body.arguments().get(2 + h), 0);
      StepReading step = new StepReading(body.body(), rules, weight, item, state);
      Matching matching = new Matching(step, body, h, count);
      Optional<KnownCell> cell = count == 2 ? matching.lstm() : matching.gru().or(matching::simple);
      if (cell.isPresent() && matching.answersStateAlone()) {
        return cell;
      }
    }
    return Optional.empty();
  }

  /**
   * One reading of the body.
   *
   * @param h the place of the state that the kernels take
   * @param count how many states there are
   */
  private record Matching(StepReading step, Graph.Function body, int h, int count) {
    private static final Set<String> SUMS = Set.of("Add", "AddV2");
    private static final Set<String> PRODUCTS = Set.of("Mul");

    /** Whether every list takes {@code h}. */
    boolean answersStateAlone() {
      Endpoint after = step.origin(body.results().get(h));
      return body.results().subList(count, body.results().size()).stream()
          .allMatch(r -> step.origin(r).equals(after));
    }

    private Endpoint state(int place) {
      return new Endpoint(body.arguments().get(2 + place), 0);
    }

    /** {@code c' = f * c + i * g, h' = o * tanh(c')}, of the gates i, f, g, o. */
    Optional<KnownCell> lstm() {
      int c = 1 - h;
      Endpoint newCell = step.origin(body.results().get(c));
      for (Operands out : operands(body.results().get(h), PRODUCTS)) {
        Optional<Affine> o = gate(out.one(), "Sigmoid");
        boolean isOfCell =
            step.maker(out.other(), Set.of("Tanh"))
                .filter(t -> step.origin(t.input(0)).equals(newCell))
                .isPresent();
        if (o.isEmpty() || !isOfCell) {
          continue;
        }
        for (Operands sum : operands(newCell, SUMS)) {
          Optional<Affine> f = factor(sum.one(), state(c));
          for (Operands in : operands(sum.other(), PRODUCTS)) {
            Optional<Affine> i = gate(in.one(), "Sigmoid");
            Optional<Affine> g = gate(in.other(), "Tanh");
            if (f.isPresent() && i.isPresent() && g.isPresent()) {
              List<Affine> gates = List.of(i.get(), f.get(), g.get(), o.get());
              return cell(Recurrent.Kind.LSTM, gates, List.of(h, c));
            }
          }
        }
      }
      return Optional.empty();
    }

    /** {@code h' = z * h + (1 - z) * tanh(x + r * y)}, of the gates r, z, n. */
    Optional<KnownCell> gru() {
      for (Operands sum : operands(body.results().get(h), SUMS)) {
        Optional<Affine> z = factor(sum.one(), state(h));
        for (Operands rest : operands(sum.other(), PRODUCTS)) {
          Optional<Node> candidate = step.maker(rest.other(), Set.of("Tanh"));
          if (z.isEmpty() || candidate.isEmpty() || !isRest(rest.one(), z.get())) {
            continue;
          }
          for (Operands in : operands(candidate.get().input(0), SUMS)) {
            Optional<Affine> x = step.affine(in.one()).filter(a -> a.state().isEmpty());
            for (Operands reset : operands(in.other(), PRODUCTS)) {
              Optional<Affine> r = gate(reset.one(), "Sigmoid");
              Optional<Affine> y = step.affine(reset.other()).filter(a -> a.input().isEmpty());
              if (x.isPresent() && r.isPresent() && y.isPresent() && isSingle(x.get(), y.get())) {
                Affine n = new Affine(x.get().input(), y.get().state(), List.of(), y.get().width());
                return cell(
                    Recurrent.Kind.GRU,
                    List.of(r.get(), z.get(), both(n, x.get(), y.get())),
                    List.of(h));
              }
            }
          }
        }
      }
      return Optional.empty();
    }

    private static boolean isSingle(Affine x, Affine y) {
      return x.width() == y.width() && x.biases().size() <= 1 && y.biases().size() <= 1;
    }

    /** With the bias of what comes in first, then that of the state. */
    private static Affine both(Affine n, Affine x, Affine y) {
      boolean isNone = x.biases().isEmpty() && y.biases().isEmpty();
      return isNone
          ? n
          : new Affine(n.input(), n.state(), List.of(x.bias(0), y.bias(0)), n.width());
    }

    private boolean isRest(Endpoint rest, Affine z) {
      return step.maker(rest, Set.of("Sub"))
          .filter(s -> step.weight(s.input(0)).filter(Matching::isOne).isPresent())
          .flatMap(s -> gate(s.input(1), "Sigmoid"))
          .filter(z::equals)
          .isPresent();
    }

    private static boolean isOne(TensorExpr number) {
      return number instanceof TensorExpr.Constant c
          && c.shape().count() == 1
          && c.value().doubles()[0] == 1;
    }

    Optional<KnownCell> simple() {
      Optional<Affine> tanh = gate(body.results().get(h), "Tanh");
      if (tanh.isPresent()) {
        return cell(Recurrent.Kind.RNN_TANH, List.of(tanh.get()), List.of(h));
      }
      return gate(body.results().get(h), "Relu")
          .flatMap(a -> cell(Recurrent.Kind.RNN_RELU, List.of(a), List.of(h)));
    }

    /** The gate that a state is multiplied by. */
    private Optional<Affine> factor(Endpoint product, Endpoint state) {
      return operands(product, PRODUCTS).stream()
          .filter(o -> step.origin(o.other()).equals(state))
          .flatMap(o -> gate(o.one(), "Sigmoid").stream())
          .findFirst();
    }

    private Optional<Affine> gate(Endpoint endpoint, String function) {
      return step.maker(endpoint, Set.of(function)).flatMap(n -> step.affine(n.input(0)));
    }

    private record Operands(Endpoint one, Endpoint other) {}

    /** Both orders of what is added or multiplied here. */
    private List<Operands> operands(Endpoint endpoint, Set<String> ops) {
      return step.maker(endpoint, ops)
          .map(
              n ->
                  List.of(
                      new Operands(n.input(0), n.input(1)), new Operands(n.input(1), n.input(0))))
          .orElse(List.of());
    }

    private Optional<KnownCell> cell(
        Recurrent.Kind kind, List<Affine> gates, List<Integer> states) {
      long hidden = gates.get(0).width();
      boolean fits =
          gates.stream()
              .allMatch(
                  g ->
                      g.width() == hidden
                          && g.input().isPresent()
                          && g.state().isPresent()
                          && g.biases().size() <= 2);
      if (!fits) {
        return Optional.empty();
      }
      TensorExpr input =
          Affine.rows(gates.stream().map(g -> g.input().orElseThrow()).toList(), hidden);
      TensorExpr recurrent =
          Affine.rows(gates.stream().map(g -> g.state().orElseThrow()).toList(), hidden);
      if (recurrent.shape().dim(1) != hidden) {
        return Optional.empty();
      }
      boolean bias = gates.stream().anyMatch(g -> !g.biases().isEmpty());
      Map<String, TensorExpr> tensors = new HashMap<>();
      tensors.put("weight_ih_l0", input);
      tensors.put("weight_hh_l0", recurrent);
      if (bias) {
        tensors.put("bias_ih_l0", Affine.rows(Affine.biases(gates, 0), hidden));
        tensors.put("bias_hh_l0", Affine.rows(Affine.biases(gates, 1), hidden));
      }
      return Optional.of(
          new KnownCell(
              new Recurrent(kind, input.shape().dim(1), hidden, bias, input.dtype()),
              tensors,
              states));
    }
  }
}
