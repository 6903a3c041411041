package io.github.tf2torch.read.torch;

import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pickle describes. Containers are equal to themselves alone: a hostile pickle can nest them
 * without end, and put one into itself.
 */
sealed interface PickleValue {
  /** How messages name it. */
  String kind();

  record None() implements PickleValue {
    @Override
    public String kind() {
      return "None";
    }
  }

  record Truth(boolean value) implements PickleValue {
    @Override
    public String kind() {
      return "a bool";
    }
  }

  record Whole(long value) implements PickleValue {
    @Override
    public String kind() {
      return "an int";
    }
  }

  record Real(double value) implements PickleValue {
    @Override
    public String kind() {
      return "a float";
    }
  }

  record Text(String value) implements PickleValue {
    @Override
    public String kind() {
      return "a str";
    }
  }

  /** Something that holds no tensor and that nobody asks for: bytes, a device, a large int. */
  record Other(String kind) implements PickleValue {}

  /** The name of a class or function; never looked up. */
  record Global(String module, String name) implements PickleValue {
    String qualified() {
      return module + "." + name;
    }

    @Override
    public String kind() {
      return qualified();
    }
  }

  record Type(DType dtype) implements PickleValue {
    @Override
    public String kind() {
      return "torch." + dtype.torchName();
    }
  }

  /** The bytes behind one or more tensors. */
  record Storage(TorchStorage storage) implements PickleValue {
    @Override
    public String kind() {
      return "a storage";
    }
  }

  record Tensor(TorchTensor tensor) implements PickleValue {
    @Override
    public String kind() {
      return "a tensor";
    }
  }

  final class Tuple implements PickleValue {
    final List<PickleValue> items;

    Tuple(List<PickleValue> items) {
      this.items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a tuple";
    }
  }

  /** A list, or a set: what matters of both is what is in it. */
  final class Items implements PickleValue {
    final List<PickleValue> values = new ArrayList<>(0);

    @Override
    public String kind() {
      return "a list";
    }
  }

  /** A dict, or an object of TorchScript, whose attributes are one. */
  final class Dict implements PickleValue {
    final Map<PickleValue, PickleValue> entries = new LinkedHashMap<>(0);

    /** The class of an object; empty for a dict. */
    final String className;

    Dict() {
      this("");
    }

    Dict(String className) {
      this.className = className;
    }

    @Override
    public String kind() {
      return className.isEmpty() ? "a dict" : "a " + className;
    }
  }
}
