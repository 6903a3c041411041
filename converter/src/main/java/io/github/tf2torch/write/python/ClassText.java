package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.write.outline.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A class of {@code model.py}: a block, or the model itself. */
final class ClassText {
  private final PythonText text;
  private final Shapes shapes;

  ClassText(PythonText text, Shapes shapes) {
    this.text = text;
    this.shapes = shapes;
  }

  void block(Blocks.Kind kind) {
    Optional<Chain> chain = chain(kind.section(), kind.members());
    head(kind.className(), chain.isPresent());
    text.line(1, "\"\"\"" + places(kind.paths()) + "\"\"\"").line(0, "");
    constructor(kind.parameters());
    if (chain.isPresent()) {
      sequence(chain.get(), kind.members(), false);
      return;
    }
    build(kind.members());
    Section folded = Folding.of(kind.section());
    Map<String, String> locals = LocalNames.of(folded);
    String arguments =
        kind.section().inputs().stream()
            .map(i -> ", " + locals.get(i) + ": Tensor")
            .collect(Collectors.joining());
    int outputs = kind.section().outputs().size();
    String type = outputs == 1 ? "Tensor" : "tuple[" + "Tensor, ".repeat(outputs - 1) + "Tensor]";
    text.line(0, "").line(1, "def forward(self" + arguments + ") -> " + type + ":");
    ForwardText.lines(folded, locals, "").forEach(l -> text.line(2, l.text()));
  }

  void root(TorchModel model, Section section, Members members) {
    Optional<Chain> chain = chain(section, members);
    head(model.className(), chain.isPresent());
    constructor(List.of());
    if (chain.isPresent()) {
      sequence(chain.get(), members, true);
      return;
    }
    build(members);
    Section folded = Folding.of(section);
    Map<String, String> locals =
        LocalNames.of(
            folded.body(),
            model.inputs().stream().map(TorchModel.Input::name).toList(),
            folded.outputs());
    String arguments =
        model.inputs().stream()
            .map(i -> ", " + i.name() + ": Tensor")
            .collect(Collectors.joining());
    boolean isOne = model.outputs().size() == 1;
    String type = isOne ? "Tensor" : "dict[str, Tensor]";
    text.line(0, "").line(1, "def forward(self" + arguments + ") -> " + type + ":");
    String places = "";
    for (ForwardText.Line line :
        ForwardText.lines(folded, locals, isOne ? "" : answer(model, locals))) {
      String now = shapes.places(line.value());
      boolean isBorder = !now.isEmpty() && !now.equals(places);
      text.line(2, line.text(), isBorder ? shapes.of(line.value()) : "");
      places = now.isEmpty() ? places : now;
    }
  }

  /** What a model of several outputs answers. */
  static String answer(TorchModel model, Map<String, String> locals) {
    return model.outputs().stream()
        .map(o -> PythonText.quote(o.name()) + ": " + locals.get(o.value()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static Optional<Chain> chain(Section section, Members members) {
    boolean isPlain = members.frozen().isEmpty();
    return isPlain ? Chain.of(section, ForwardText.results(section).keySet()) : Optional.empty();
  }

  private void head(String name, boolean isSequence) {
    text.line(0, "").line(0, "");
    text.line(0, "class " + name + "(nn." + (isSequence ? "Sequential" : "Module") + "):");
  }

  private static String places(List<String> paths) {
    String all = String.join(", ", paths);
    return all.length() <= 76
        ? all + "."
        : paths.get(0)
            + " and "
            + (paths.size() - 1)
            + " like it, to "
            + paths.get(paths.size() - 1)
            + ".";
  }

  private void constructor(List<Blocks.Parameter> parameters) {
    String arguments =
        parameters.stream()
            .map(p -> ", " + p.name() + ": " + p.type())
            .collect(Collectors.joining());
    text.line(1, "def __init__(self" + arguments + ") -> None:");
  }

  private void sequence(Chain chain, Members members, boolean isShaped) {
    text.line(2, "super().__init__(").line(3, "OrderedDict(");
    String places = "";
    for (Chain.Element element : chain.elements()) {
      String module =
          element
              .module()
              .orElseGet(() -> members.modules().get(element.name()).orElseThrow().text());
      String now = shapes.places(element.value());
      boolean isBorder = isShaped && !now.isEmpty() && !now.equals(places);
      text.line(4, element.name() + "=" + module + ",", isBorder ? shapes.of(element.value()) : "");
      places = now.isEmpty() ? places : now;
    }
    text.line(3, ")").line(2, ")");
  }

  private void build(Members members) {
    text.line(2, "super().__init__()");
    members.tensors().getOrDefault("", List.of()).forEach(l -> text.line(2, l));
    members
        .modules()
        .forEach(
            (path, call) -> {
              String made = call.map(Constructor::text).orElse("nn.Module()");
              text.line(2, "self." + path + " = " + made);
              members.tensors().getOrDefault(path, List.of()).forEach(l -> text.line(2, l));
              List<String> own = new ArrayList<>(members.frozen());
              own.removeIf(l -> !l.startsWith("self." + path + ".") || call.isEmpty());
              own.forEach(l -> text.line(2, l));
            });
  }
}
