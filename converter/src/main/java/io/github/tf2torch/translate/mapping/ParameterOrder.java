package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parameters of a filled model in the order of {@code model.parameters()}, by which {@code
 * optimizer.load_state_dict} goes. A {@code state_dict} is in that order, with the buffers between
 * (torch/nn/modules/module.py, {@code _save_to_state_dict}) and with every name of what is tied,
 * where {@code parameters()} has the first alone.
 *
 * @param model the same, with parameters alone
 * @param isKnown whether the order is that of a module; otherwise state is good by name alone
 * @param assumed what was taken for granted
 */
public record ParameterOrder(TorchModel model, boolean isKnown, List<String> assumed) {
  private static final int SHOWN = 3;

  public ParameterOrder {
    assumed = List.copyOf(assumed);
  }

  /** As the target has it; safetensors are sorted by name. */
  public static ParameterOrder ofTarget(TfModel source, TorchModel filled, TensorFile target) {
    Tensors tensors = new Tensors(source, filled, target);
    List<TorchModel.Tensor> kept = new ArrayList<>();
    Map<String, String> buffers = new LinkedHashMap<>();
    Map<String, String> repeats = new LinkedHashMap<>();
    for (TorchModel.Tensor tensor : filled.tensors()) {
      String name = tensor.name();
      if (tensors.firstName.containsKey(name)) {
        repeats.put(name, name + ", which is " + tensors.firstName.get(name));
      } else if (tensors.isBuffer(tensor)) {
        buffers.put(name, name);
      } else {
        kept.add(tensor);
      }
    }
    String path = target.provenance().path();
    if (!isInOrder(target)) {
      return new ParameterOrder(
          only(filled, kept),
          false,
          List.of(
              path
                  + " does not say in which order the model has its parameters: optimizer.pt is for"
                  + " load_optimizer, which goes by name; for optimizer.load_state_dict give"
                  + " --parameter-order FILE"));
    }
    String without = left(buffers.values(), "buffer") + left(repeats.values(), "repeat");
    return new ParameterOrder(
        only(filled, kept), true, List.of("model.parameters() has the order of " + path + without));
  }

  /** One file that was pickled; an index is sorted, and an archive has the order of its own. */
  private static boolean isInOrder(TensorFile target) {
    String format = target.provenance().format();
    return format.startsWith("PyTorch checkpoint") && !format.endsWith(" files");
  }

  private static String left(Collection<String> names, String what) {
    List<String> all = List.copyOf(names);
    if (all.isEmpty()) {
      return "";
    }
    String shown = String.join("; ", all.subList(0, Math.min(SHOWN, all.size())));
    return ", without %d %s%s (%s%s)"
        .formatted(
            all.size(), what, all.size() == 1 ? "" : "s", shown, all.size() > SHOWN ? "; …" : "");
  }

  /**
   * As the user names them.
   *
   * @param place how messages name the list
   * @throws BadRequest with every name that is unknown, missing, twice there, or no parameter
   */
  public static ParameterOrder ofNames(
      TfModel source, TorchModel filled, TensorFile target, List<String> names, String place) {
    Tensors tensors = new Tensors(source, filled, target);
    Map<String, TorchModel.Tensor> byName =
        filled.tensors().stream().collect(Collectors.toMap(TorchModel.Tensor::name, t -> t));
    Map<String, String> taken = new LinkedHashMap<>();
    List<TorchModel.Tensor> ordered = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (String name : names) {
      TorchModel.Tensor tensor = byName.get(name);
      if (tensor == null) {
        wrong.add("\"" + name + "\" is no tensor of " + target.provenance().path());
        continue;
      }
      String before = taken.putIfAbsent(tensors.one(name), name);
      if (before != null) {
        wrong.add(
            before.equals(name)
                ? "\"" + name + "\" is there twice"
                : "\"%s\" and \"%s\" are one tensor".formatted(before, name));
      } else if (tensors.isBuffer(tensor)) {
        wrong.add("\"" + name + "\" is a buffer");
      } else {
        ordered.add(tensor);
      }
    }
    List<String> buffers = new ArrayList<>();
    for (TorchModel.Tensor tensor : filled.tensors()) {
      boolean isMissing = !taken.containsKey(tensors.one(tensor.name()));
      if (isMissing && !tensors.isBuffer(tensor)) {
        if (tensor.recipe().variables().isEmpty()) {
          buffers.add(tensor.name());
        } else if (!tensors.firstName.containsKey(tensor.name())) {
          wrong.add("\"" + tensor.name() + "\" is missing");
        }
      }
    }
    if (!wrong.isEmpty()) {
      throw new BadRequest(
          place
              + ": is not the order of the model's parameters, one name a line, as"
              + " model.named_parameters() has them:\n  "
              + String.join("\n  ", wrong));
    }
    List<String> assumed = new ArrayList<>();
    assumed.add("model.parameters() has the order of " + place);
    buffers.forEach(b -> assumed.add(b + " is a buffer, since " + place + " does not name it"));
    return new ParameterOrder(only(filled, ordered), true, assumed);
  }

  private static TorchModel only(TorchModel filled, List<TorchModel.Tensor> tensors) {
    return new TorchModel(
        filled.className(), List.of(), List.of(), tensors, List.of(), List.of(), List.of());
  }

  /** What a file of tensors tells of them. */
  private static final class Tensors {
    final Map<String, String> firstName = new HashMap<>();
    private final Set<String> statistics;

    Tensors(TfModel source, TorchModel filled, TensorFile target) {
      Set<String> names =
          filled.tensors().stream().map(TorchModel.Tensor::name).collect(Collectors.toSet());
      for (Variable variable : target.variables()) {
        if (names.contains(variable.name())) {
          variable.aliases().forEach(a -> firstName.put(a, variable.name()));
        }
      }
      statistics =
          source.variables().stream()
              .filter(v -> v.role() == Role.STATISTIC)
              .map(Variable::name)
              .collect(Collectors.toSet());
    }

    String one(String name) {
      return Optional.ofNullable(firstName.get(name)).orElse(name);
    }

    boolean isBuffer(TorchModel.Tensor tensor) {
      List<String> made = tensor.recipe().variables();
      return tensor.kind() != TorchModel.Kind.PARAMETER
          || (!made.isEmpty() && statistics.containsAll(made));
    }
  }
}
