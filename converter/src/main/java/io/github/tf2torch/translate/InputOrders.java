package io.github.tf2torch.translate;

import io.github.tf2torch.rules.OpRule.InputOrder;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which inputs the first op that isn't elementwise wants channels-first, noted while the program is
 * written for the first time.
 */
final class InputOrders {
  private final Map<Held, Set<String>> origins = new HashMap<>();
  private final Set<String> wanted = new HashSet<>();

  void input(String name, Held value) {
    origins.put(value, Set.of(name));
  }

  /** An op takes {@code ordered} in its order, and its outputs are that value's if it is any. */
  void met(InputOrder order, Value ordered, List<Value> outputs) {
    if (!(ordered instanceof Held held) || !origins.containsKey(held)) {
      return;
    }
    if (order == InputOrder.CHANNELS_FIRST && held.type().rank() >= 4) {
      wanted.addAll(origins.get(held));
    } else if (order == InputOrder.ANY) {
      passes(List.of(held), outputs);
    }
  }

  /** The outputs are elementwise of the inputs. */
  void passes(List<? extends Value> inputs, List<? extends Value> outputs) {
    Set<String> from = new HashSet<>();
    for (Value input : inputs) {
      if (input instanceof Held held) {
        from.addAll(origins.getOrDefault(held, Set.of()));
      }
    }
    for (Value output : outputs) {
      if (output instanceof Held held && !from.isEmpty()) {
        origins.put(held, Set.copyOf(from));
      }
    }
  }

  Set<String> wanted() {
    return Set.copyOf(wanted);
  }
}
