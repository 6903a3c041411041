package io.github.tf2torch.write.python;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.TorchModel;
import java.util.ArrayList;
import java.util.List;

/** What {@code model.py} begins with: what goes in and comes out, and what is imported. */
final class ModuleHead {
  private static final int WIDTH = 88;

  private ModuleHead() {}

  static String of(TorchModel model, String code) {
    PythonText text = new PythonText();
    if (model.computes()) {
      docstring(model).forEach(l -> text.line(0, l));
    } else {
      text.line(0, "\"\"\"What it takes to go on training with model.pt and optimizer.pt.\"\"\"");
    }
    text.line(0, "");
    if (code.contains("math.")) {
      text.line(0, "import math");
    }
    if (code.contains("pathlib.")) {
      text.line(0, "import pathlib");
    }
    if (code.contains("OrderedDict(")) {
      text.line(0, "from collections import OrderedDict");
    }
    if (code.contains("math.") || code.contains("pathlib.") || code.contains("OrderedDict(")) {
      text.line(0, "");
    }
    if (code.contains("torch.")) {
      text.line(0, "import torch");
    }
    if (code.contains("F.")) {
      text.line(0, "import torch.nn.functional as F");
    }
    if (model.computes()) {
      text.line(
          0,
          "from torch import "
              + (code.contains(": Tensor") || code.contains("-> Tensor") ? "Tensor, nn" : "nn"));
    }
    return text.toString();
  }

  private static List<String> docstring(TorchModel model) {
    List<String> taken =
        model.inputs().stream()
            .map(i -> i.name() + " " + Shapes.text(i.dims(), i.layout().order()))
            .toList();
    List<String> given =
        model.outputs().stream()
            .map(
                o ->
                    (model.outputs().size() == 1 ? "" : o.name() + " ")
                        + Shapes.text(o.dims(), o.layout().order()))
            .toList();
    List<String> lines = new ArrayList<>();
    String whole =
        "\"\"\""
            + model.className()
            + ": takes "
            + String.join(", ", taken)
            + ", returns "
            + String.join(", ", given)
            + ".";
    if (whole.length() <= WIDTH) {
      lines.add(whole);
    } else {
      lines.add("\"\"\"" + model.className() + ": what it takes and returns.");
      lines.add("");
      taken.forEach(t -> lines.add("takes   " + t));
      given.forEach(g -> lines.add("returns " + g));
    }
    lines.add("");
    lines.addAll(orders(model));
    lines.add("\"\"\"");
    return lines;
  }

  /** In which order and with what values it takes its inputs. */
  private static List<String> orders(TorchModel model) {
    List<String> turned =
        model.inputs().stream()
            .filter(i -> !i.layout().order().isIdentity())
            .map(i -> i.name() + ", which is " + tensorflow(i.dims()) + " in TensorFlow")
            .toList();
    List<String> lines = new ArrayList<>();
    if (!turned.isEmpty()) {
      lines.add(
          "Channels first: "
              + turned.get(0)
              + (turned.size() > 1 ? "; the other images too." : "."));
    }
    model.inputs().stream()
        .filter(i -> !i.dtype().isFloating())
        .forEach(i -> lines.add(i.name() + " is " + i.dtype().torchName() + "."));
    if (model.inputs().stream().anyMatch(i -> i.dtype().isFloating())) {
      lines.add(
          "Values as TensorFlow's model takes them: what was done before it, such as a scaling");
      lines.add("of pixels, is to be done before this one too.");
    }
    return lines;
  }

  private static String tensorflow(Dims dims) {
    return Shapes.text(dims, AxisOrder.identity(dims.rank()));
  }
}
