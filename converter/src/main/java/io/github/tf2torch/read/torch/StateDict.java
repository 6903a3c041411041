package io.github.tf2torch.read.torch;

import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.torch.PickleValue.Dict;
import io.github.tf2torch.read.torch.PickleValue.Items;
import io.github.tf2torch.read.torch.PickleValue.Tensor;
import io.github.tf2torch.read.torch.PickleValue.Text;
import io.github.tf2torch.read.torch.PickleValue.Truth;
import io.github.tf2torch.read.torch.PickleValue.Tuple;
import io.github.tf2torch.read.torch.PickleValue.Whole;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors that a pickled value holds, by name: keys joined by dots. The weights of a training
 * checkpoint, {@code {"model": {...}, "optimizer": {...}}}, are named as in the model.
 */
record StateDict(List<Variable> variables, Map<String, TorchTensor> tensors) {
  /** Under which key people keep the weights. */
  private static final List<String> WRAPPERS =
      List.of("state_dict", "model_state_dict", "model_state", "model", "module", "net", "weights");

  private static final int DEEPEST = 100;
  private static final int LONGEST_NAME = 4096;

  StateDict {
    variables = List.copyOf(variables);
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /**
   * @param place how messages name the file
   * @param pickleBytes how long the pickle is: so much can be said in it, and little more
   */
  static StateDict of(PickleValue root, String place, long pickleBytes) {
    Walk walk = new Walk(place, 4 * pickleBytes + 1000, 64 * pickleBytes + (1 << 16));
    walk.visit(root, "", "", 0);
    return named(walk.found, wrapper(root, walk.found), place);
  }

  /** A tensor at its place in the value. */
  private record Found(String path, String top, TorchTensor tensor) {}

  /** Goes through the value; what a few bytes can blow up is cut off by the budgets. */
  private static final class Walk {
    final String place;
    final List<Found> found = new ArrayList<>();
    long visits;
    long nameChars;

    Walk(String place, long visits, long nameChars) {
      this.place = place;
      this.visits = visits;
      this.nameChars = nameChars;
    }

    void visit(PickleValue value, String path, String top, int depth) {
      if (--visits < 0 || depth > DEEPEST) {
        throw new DamagedFile(
            place + ": the value is nested deeper than any checkpoint, or holds itself");
      }
      if (value instanceof Tensor tensor) {
        nameChars -= path.length();
        if (nameChars < 0) {
          throw new DamagedFile(place + ": the names of the tensors are longer than the file");
        }
        found.add(new Found(path.isEmpty() ? "tensor" : path, top, tensor.tensor()));
      } else if (value instanceof Dict dict) {
        for (Map.Entry<PickleValue, PickleValue> entry : dict.entries.entrySet()) {
          step(entry.getValue(), path, key(entry.getKey()), top, depth);
        }
      } else if (value instanceof Items items) {
        visitAll(items.values, path, top, depth);
      } else if (value instanceof Tuple tuple) {
        visitAll(tuple.items, path, top, depth);
      }
    }

    private void visitAll(List<PickleValue> values, String path, String top, int depth) {
      for (int i = 0; i < values.size(); i++) {
        step(values.get(i), path, Integer.toString(i), top, depth);
      }
    }

    private void step(PickleValue value, String path, String key, String top, int depth) {
      boolean isLeaf =
          !(value instanceof Tensor
              || value instanceof Dict
              || value instanceof Items
              || value instanceof Tuple);
      if (isLeaf) {
        return;
      }
      if ((long) path.length() + key.length() > LONGEST_NAME) {
        throw new UnsupportedFile(
            place + ": a tensor's name has more than " + LONGEST_NAME + " characters");
      }
      visit(value, depth == 0 ? key : path + "." + key, depth == 0 ? key : top, depth + 1);
    }

    private String key(PickleValue key) {
      if (key instanceof Text text) {
        return text.value();
      }
      if (key instanceof Whole whole) {
        return Long.toString(whole.value());
      }
      if (key instanceof Truth truth) {
        return truth.value() ? "True" : "False";
      }
      return "?";
    }
  }

  /** The key under which the weights are, where there is exactly one that people use. */
  private static String wrapper(PickleValue root, List<Found> found) {
    if (!(root instanceof Dict dict) || !dict.className.isEmpty()) {
      return "";
    }
    List<String> used =
        WRAPPERS.stream()
            .filter(w -> dict.entries.get(new Text(w)) instanceof Dict)
            .filter(w -> found.stream().anyMatch(f -> f.top().equals(w)))
            .toList();
    if (used.size() != 1) {
      return "";
    }
    String prefix = used.get(0) + ".";
    boolean isFree =
        found.stream()
            .filter(f -> f.top().equals(used.get(0)))
            .map(f -> f.path().substring(prefix.length()))
            .noneMatch(name -> found.stream().anyMatch(f -> f.path().equals(name)));
    return isFree ? used.get(0) : "";
  }

  private static StateDict named(List<Found> found, String wrapper, String place) {
    Map<TorchTensor, List<Found>> byTensor = new LinkedHashMap<>();
    Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    for (Found f : found) {
      if (tensors.putIfAbsent(name(f, wrapper), f.tensor()) != null) {
        throw new UnsupportedFile(
            place + ": two tensors would be named \"" + name(f, wrapper) + "\"");
      }
      byTensor.computeIfAbsent(f.tensor(), t -> new ArrayList<>()).add(f);
    }
    List<Variable> variables = new ArrayList<>();
    byTensor.forEach(
        (tensor, places) -> {
          if (tensor.shape().count() == 0) {
            places.forEach(p -> variables.add(variable(List.of(p), wrapper)));
          } else {
            variables.add(variable(places, wrapper));
          }
        });
    return new StateDict(variables, tensors);
  }

  private static Variable variable(List<Found> places, String wrapper) {
    Found first = places.get(0);
    String name = name(first, wrapper);
    return new Variable(
        name,
        first.path(),
        first.tensor().dtype(),
        first.tensor().shape(),
        role(first, wrapper),
        places.stream().skip(1).map(p -> name(p, wrapper)).toList());
  }

  private static String name(Found found, String wrapper) {
    return !wrapper.isEmpty() && found.top().equals(wrapper)
        ? found.path().substring(wrapper.length() + 1)
        : found.path();
  }

  /** By the names that PyTorch's normalizations have: no file says which tensors are buffers. */
  static Role role(String tensor) {
    if (tensor.endsWith("num_batches_tracked")) {
      return Role.COUNTER;
    }
    return tensor.endsWith("running_mean") || tensor.endsWith("running_var")
        ? Role.STATISTIC
        : Role.WEIGHT;
  }

  private static Role role(Found found, String wrapper) {
    Role named = role(found.path());
    if (named != Role.WEIGHT) {
      return named;
    }
    boolean isBeside = !wrapper.isEmpty() && !found.top().equals(wrapper);
    if (found.top().startsWith("optim") || (found.top().equals("state") && isOptimizer(found))) {
      return Role.SLOT;
    }
    if (found.top().contains("ema")) {
      return isBeside ? Role.AVERAGE : Role.WEIGHT;
    }
    return isBeside ? Role.OTHER : Role.WEIGHT;
  }

  /** {@code {"state": {0: {"exp_avg": ...}}, "param_groups": ...}}. */
  private static boolean isOptimizer(Found found) {
    return found.path().matches("state\\.[0-9]+\\..*");
  }
}
