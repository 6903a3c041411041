package io.github.tf2torch.verify.script;

import io.github.tf2torch.read.torch.ScriptModule;
import io.github.tf2torch.read.torch.ScriptValue;
import io.github.tf2torch.tensor.TensorValue;

/** What modules hold, and the constants of the code. */
final class Attributes {
  private final ScriptModule archive;
  private final Emission emission;

  Attributes(ScriptModule archive, Emission emission) {
    this.archive = archive;
    this.emission = emission;
  }

  /** {@code object.name}. */
  Value member(Value object, String name) {
    if (object instanceof Value.Global g) {
      return g.name().equals("CONSTANTS")
          ? constant(name)
          : new Value.Global(g.name() + "." + name);
    }
    if (object instanceof Value.Module m) {
      String path = m.path().isEmpty() ? name : m.path() + "." + name;
      ScriptValue held = m.object().attributes().get(name);
      if (held == null) {
        throw new UnreadScript("a module has no attribute " + path);
      }
      return held(path, held);
    }
    if (object instanceof Value.Items items && items.fields.contains(name)) {
      return items.values.get(items.fields.indexOf(name));
    }
    throw new UnreadScript("an attribute " + name + " of what is no module");
  }

  private Value constant(String name) {
    int place = Integer.parseInt(name.substring(1));
    TensorValue value =
        archive
            .constants()
            .get(place)
            .orElseThrow(() -> new UnreadScript("CONSTANTS." + name + " is no tensor"));
    return emission.constant("constant_" + place, value);
  }

  private Value held(String path, ScriptValue held) {
    if (held instanceof ScriptValue.Module v) {
      return new Value.Module(path, v);
    }
    if (held instanceof ScriptValue.Tensor v) {
      return emission.attribute(v.name());
    }
    if (held instanceof ScriptValue.Truth v) {
      // it is followed at inference
      boolean isMode = path.equals("training") || path.endsWith(".training");
      return new Value.Truth(v.value() && !isMode);
    }
    if (held instanceof ScriptValue.Whole v) {
      return new Value.Whole(v.value());
    }
    if (held instanceof ScriptValue.Real v) {
      return new Value.Real(v.value());
    }
    if (held instanceof ScriptValue.Text v) {
      return new Value.Text(v.value());
    }
    if (held instanceof ScriptValue.Items v) {
      return new Value.Items(v.values().stream().map(i -> held(path, i)).toList(), v.isTuple());
    }
    if (held instanceof ScriptValue.Nothing) {
      return new Value.Nothing();
    }
    throw new UnreadScript("the attribute " + path + " is of a kind that is not read");
  }
}
