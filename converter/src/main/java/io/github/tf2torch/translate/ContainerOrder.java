package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Expressions;
import io.github.tf2torch.model.target.Statement.Assign;
import io.github.tf2torch.model.target.TorchModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Brings together what a container calls. A graph is walked from its outputs back, so that what a
 * later block takes from an earlier one, such as the projection of a cell's second input, stands
 * amidst the block before it; it moves behind that block, or before it, where no value goes from
 * the block through it and back.
 */
final class ContainerOrder {
  private static final Pattern AGAIN = Pattern.compile("#\\d+$");

  private final List<Assign> body;

  private ContainerOrder(List<Assign> body) {
    this.body = new ArrayList<>(body);
  }

  /**
   * What several calls make in turn stays call by call.
   *
   * @param taps which tell the calls of layers and models
   */
  static List<Assign> of(List<Assign> body, List<TorchModel.Tap> taps) {
    if (body.stream().anyMatch(a -> changes(a.value()))) {
      return body;
    }
    Set<String> shared = shared(taps);
    ContainerOrder order = new ContainerOrder(body);
    order.containers().stream()
        .filter(c -> shared.stream().noneMatch(s -> (c + ".").startsWith(s + ".")))
        .forEach(order::gather);
    return List.copyOf(order.body);
  }

  /** Layers and models that are called again: {@code model#1:0}, or one within such a model. */
  private static Set<String> shared(List<TorchModel.Tap> taps) {
    Set<String> shared = new HashSet<>();
    Map<Endpoint, String> values = new HashMap<>();
    for (TorchModel.Tap tap : taps) {
      String before = values.putIfAbsent(tap.source(), tap.value());
      boolean isOther = before != null && !before.equals(tap.value());
      if (isOther || AGAIN.matcher(tap.source().node()).find()) {
        shared.add(tap.layer());
      }
    }
    return shared;
  }

  /** Whether the order of statements means more than what they read says. */
  private static boolean changes(Expr expr) {
    return expr instanceof Expr.Aten aten && aten.operator().endsWith("_")
        || expr.parts().stream().anyMatch(ContainerOrder::changes);
  }

  /** Outer ones first. */
  private List<String> containers() {
    Set<String> found = new LinkedHashSet<>();
    for (Assign assign : body) {
      for (String path : paths(assign)) {
        for (int dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
          found.add(path.substring(0, dot));
        }
      }
    }
    return List.copyOf(found);
  }

  private void gather(String container) {
    int first = body.size();
    int last = -1;
    boolean isMixed = false;
    for (int i = 0; i < body.size(); i++) {
      if (isBelow(body.get(i), container)) {
        first = Math.min(first, i);
        last = i;
      }
    }
    for (int i = first; i < last; i++) {
      isMixed |= !paths(body.get(i)).isEmpty() && !isBelow(body.get(i), container);
    }
    if (isMixed) {
      List<Assign> range = body.subList(first, last + 1);
      List<Assign> parted = parted(List.copyOf(range), container);
      for (int i = 0; i < parted.size(); i++) {
        range.set(i, parted.get(i));
      }
    }
  }

  /** What doesn't read the container's values, then the container, then what does. */
  private static List<Assign> parted(List<Assign> range, String container) {
    Set<String> wanted = new HashSet<>();
    for (int i = range.size() - 1; i >= 0; i--) {
      Assign assign = range.get(i);
      if (isBelow(assign, container) || assign.targets().stream().anyMatch(wanted::contains)) {
        wanted.addAll(locals(assign));
      }
    }
    List<Assign> before = new ArrayList<>();
    List<Assign> own = new ArrayList<>();
    List<Assign> after = new ArrayList<>();
    Set<String> made = new HashSet<>();
    for (Assign assign : range) {
      boolean isOwn = isBelow(assign, container);
      boolean isWanted = isOwn || assign.targets().stream().anyMatch(wanted::contains);
      boolean isReader = locals(assign).stream().anyMatch(made::contains);
      if (!isOwn && isWanted && isReader && !paths(assign).isEmpty()) {
        return range;
      }
      if (isOwn || isReader) {
        made.addAll(assign.targets());
      }
      (isOwn || isWanted && isReader ? own : isReader ? after : before).add(assign);
    }
    before.addAll(own);
    before.addAll(after);
    return before;
  }

  private static boolean isBelow(Assign assign, String container) {
    return paths(assign).stream().anyMatch(p -> p.startsWith(container + "."));
  }

  private static Set<String> paths(Assign assign) {
    return Expressions.paths(assign.value());
  }

  private static Set<String> locals(Assign assign) {
    return Expressions.locals(assign.value());
  }
}
