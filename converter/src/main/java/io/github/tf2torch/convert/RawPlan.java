package io.github.tf2torch.convert;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModel.Kind;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr.Stored;
import io.github.tf2torch.translate.Account;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where each variable of a source goes that is written as it is stored: to safetensors, to the file
 * of strings, or nowhere, and why.
 */
record RawPlan(
    List<TorchModel.Tensor> tensors,
    List<Variable> strings,
    List<Account.Dropped> dropped,
    List<String> assumed) {
  RawPlan {
    tensors = List.copyOf(tensors);
    strings = List.copyOf(strings);
    dropped = List.copyOf(dropped);
    assumed = List.copyOf(assumed);
  }

  static RawPlan of(List<Variable> variables, Pattern select) {
    List<TorchModel.Tensor> tensors = new ArrayList<>();
    List<Variable> strings = new ArrayList<>();
    List<Account.Dropped> dropped = new ArrayList<>();
    List<String> assumed = new ArrayList<>();
    for (Variable variable : variables) {
      Optional<String> reason = reasonToDrop(variable, select);
      if (reason.isPresent()) {
        dropped.add(new Account.Dropped(variable.name(), reason.get()));
      } else if (variable.dtype() == DType.STRING) {
        strings.add(variable);
      } else {
        DType written = written(variable.dtype());
        if (written != variable.dtype()) {
          assumed.add(
              "\"%s\" is %s; its numbers are written as %s, without scale or zero point"
                  .formatted(variable.name(), variable.dtype().torchName(), written.torchName()));
        }
        tensors.add(
            new TorchModel.Tensor(
                variable.name(),
                Kind.BUFFER,
                new Stored(variable.name(), written, variable.shape())));
      }
    }
    return new RawPlan(tensors, strings, dropped, assumed);
  }

  private static Optional<String> reasonToDrop(Variable variable, Pattern select) {
    boolean isSelected =
        select.matcher(variable.name()).find()
            || variable.aliases().stream().anyMatch(a -> select.matcher(a).find());
    if (!isSelected) {
      return Optional.of("not selected");
    }
    DType dtype = variable.dtype();
    if (dtype == DType.RESOURCE || dtype == DType.VARIANT) {
      return Optional.of("a " + dtype.torchName() + " has no values that are stored");
    }
    if (variable.name().equals("__metadata__")) {
      return Optional.of("safetensors keeps this name for itself");
    }
    boolean isWritten = dtype == DType.STRING || !written(dtype).safetensorsName().isEmpty();
    return isWritten
        ? Optional.empty()
        : Optional.of("safetensors has no type for " + dtype.torchName());
  }

  /** The type under which the same bytes are written. */
  private static DType written(DType dtype) {
    return switch (dtype) {
      case QINT8 -> DType.INT8;
      case QUINT8 -> DType.UINT8;
      case QINT16 -> DType.INT16;
      case QUINT16 -> DType.UINT16;
      case QINT32 -> DType.INT32;
      default -> dtype;
    };
  }
}
