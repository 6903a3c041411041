package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.OpRule.InputOrder;
import io.github.tf2torch.rules.RuleSet;
import io.github.tf2torch.rules.TensorType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How an input comes in: channels-first if the first op that isn't elementwise is one that needs
 * it, else as TensorFlow takes it.
 */
final class InputLayout {
  private InputLayout() {}

  static TensorType type(
      Signature.Tensor input, Graph graph, RuleSet rules, TranslationOptions options) {
    Dims dims =
        input
            .dims()
            .orElseThrow(
                () ->
                    new BadRequest(
                        "input \""
                            + input.key()
                            + "\" ("
                            + input.endpoint()
                            + ") has no rank in the file, and the op that takes it none either; export"
                            + " it with a shape such as [None, 224, 224, 3]"));
    boolean channelsFirst =
        dims.rank() == 4
            && !options.channelsLastInputs()
            && meetsChannelOp(input.endpoint(), graph, rules);
    return new TensorType(
        input.dtype(),
        dims,
        channelsFirst ? AxisOrder.channelsFirst(4) : AxisOrder.identity(dims.rank()));
  }

  private static boolean meetsChannelOp(Endpoint start, Graph graph, RuleSet rules) {
    Set<Endpoint> seen = new HashSet<>(Set.of(start));
    Deque<Endpoint> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      Endpoint endpoint = open.remove();
      for (Node user : graph.nodes()) {
        if (!user.inputs().contains(endpoint)) {
          continue;
        }
        Optional<OpRule> rule = rules.rule(user.op());
        InputOrder order = rule.map(r -> r.inputOrder(user)).orElse(InputOrder.TENSORFLOW);
        int ordered = rule.map(r -> r.orderedInput(user)).orElse(0);
        if (order == InputOrder.CHANNELS_FIRST && user.input(ordered).equals(endpoint)) {
          return true;
        }
        if (order == InputOrder.ANY && seen.add(user.output(0))) {
          open.add(user.output(0));
        }
      }
    }
    return false;
  }
}
