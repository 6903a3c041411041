package io.github.tf2torch.read.torch;

import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.torch.PickleValue.Dict;
import io.github.tf2torch.read.torch.PickleValue.Global;
import io.github.tf2torch.read.torch.PickleValue.Items;
import io.github.tf2torch.read.torch.PickleValue.None;
import io.github.tf2torch.read.torch.PickleValue.Other;
import io.github.tf2torch.read.torch.PickleValue.Storage;
import io.github.tf2torch.read.torch.PickleValue.Tensor;
import io.github.tf2torch.read.torch.PickleValue.Text;
import io.github.tf2torch.read.torch.PickleValue.Tuple;
import io.github.tf2torch.read.torch.PickleValue.Type;
import io.github.tf2torch.read.torch.PickleValue.Whole;
import io.github.tf2torch.tensor.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The classes and functions that a checkpoint may name, and what calling them gives. None is ever
 * called: each is a row here. The list is that of {@code torch/_weights_only_unpickler.py}, and
 * {@code torch/csrc/jit/serialization/unpickler.cpp} for TorchScript.
 */
final class TorchGlobals {
  private static final Set<String> KNOWN =
      Set.of(
          "collections.OrderedDict",
          "collections.Counter",
          "torch.Size",
          "torch.Tensor",
          "torch.device",
          "torch.nn.parameter.Parameter",
          "torch.nn.parameter.Buffer",
          "torch.serialization._get_layout",
          "torch._utils._rebuild_tensor",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_tensor_v3",
          "torch._utils._rebuild_parameter",
          "torch._utils._rebuild_parameter_with_state",
          "torch._tensor._rebuild_from_type_v2",
          "torch.storage.UntypedStorage",
          "_codecs.encode",
          "builtins.set",
          "__builtin__.set",
          "builtins.frozenset",
          "builtins.bytearray",
          "__builtin__.bytearray",
          "builtins.complex");

  private static final Set<String> LISTS_OF_TORCHSCRIPT =
      Set.of("build_intlist", "build_doublelist", "build_boollist", "build_tensorlist");

  private final boolean isTorchScript;
  private final Map<String, TorchStorage> storages = new LinkedHashMap<>();

  TorchGlobals(boolean isTorchScript) {
    this.isTorchScript = isTorchScript;
  }

  /** Every storage that was named, by its key, in the order of first use. */
  Map<String, TorchStorage> storages() {
    return storages;
  }

  /** The thing of that name, if it is one that a checkpoint needs. */
  PickleValue named(Global global, PickleInput in) {
    String name = global.qualified();
    if (KNOWN.contains(name) || storageType(global).isPresent() || isOfTorchScript(global)) {
      return global;
    }
    if (global.module().equals("torch")) {
      for (DType dtype : DType.values()) {
        if (dtype.bytes() > 0 && dtype.torchName().equals(global.name())) {
          return new Type(dtype);
        }
      }
    }
    throw new UnsupportedFile(in.at() + "refers to " + shown(name) + "; " + advice(global));
  }

  private boolean isOfTorchScript(Global global) {
    boolean isCall =
        global.module().equals("torch.jit._pickle")
            && (LISTS_OF_TORCHSCRIPT.contains(global.name())
                || global.name().equals("restore_type_tag"));
    return isTorchScript && (isCall || global.module().startsWith("__torch__"));
  }

  private static String shown(String name) {
    return name.length() <= 100 ? name : name.substring(0, 100) + "...";
  }

  private static String advice(Global global) {
    if (global.module().equals("torch._utils") && global.name().startsWith("_rebuild_")) {
      return "such tensors (sparse, quantized, meta, nested) are not read; save them as dense ones";
    }
    if (global.module().startsWith("torch.nn.modules")) {
      return "the file holds a whole module, whose code tf2torch never runs; where you trust it,"
          + " load it and save its weights: torch.save(model.state_dict(), \"weights.pt\")";
    }
    return "tf2torch never runs what a file contains; where you trust it, load it and save its"
        + " weights alone: torch.save(model.state_dict(), \"weights.pt\")";
  }

  private static Optional<DType> storageType(Global global) {
    if (global.module().equals("torch") || global.module().equals("torch.cuda")) {
      for (DType dtype : DType.values()) {
        if (!dtype.storageName().isEmpty() && dtype.storageName().equals(global.name())) {
          return Optional.of(dtype);
        }
      }
    }
    return global.qualified().equals("torch.storage.UntypedStorage")
        ? Optional.of(DType.UINT8)
        : Optional.empty();
  }

  /** A persistent id: {@code ("storage", type, key, location, count)}. */
  PickleValue storage(PickleValue id, PickleInput in) {
    if (id instanceof Tuple tuple
        && tuple.items.size() >= 5
        && tuple.items.get(0).equals(new Text("storage"))
        && tuple.items.get(1) instanceof Global type
        && storageType(type).isPresent()
        && tuple.items.get(2) instanceof Text key
        && tuple.items.get(3) instanceof Text
        && tuple.items.get(4) instanceof Whole count) {
      if (tuple.items.size() > 5 && !(tuple.items.get(5) instanceof None)) {
        throw new UnsupportedFile(
            in.at()
                + "storage \""
                + shown(key.value())
                + "\" is part of another, as no PyTorch"
                + " since 0.4 writes; load and save it with a newer one");
      }
      boolean isUntyped = type.name().equals("UntypedStorage");
      DType dtype = storageType(type).get();
      return new Storage(known(new TorchStorage(key.value(), dtype, isUntyped, count.value()), in));
    }
    throw in.damaged("a persistent id that is not (\"storage\", type, key, location, count)");
  }

  private TorchStorage known(TorchStorage storage, PickleInput in) {
    if (storage.count() < 0 || storage.count() > Long.MAX_VALUE / storage.dtype().bytes()) {
      throw in.damaged("a storage of " + storage.count() + " elements");
    }
    TorchStorage earlier = storages.putIfAbsent(storage.key(), storage);
    if (earlier != null && !earlier.equals(storage)) {
      throw in.damaged(
          "storage \"%s\" has %d of %s here and had %d of %s before"
              .formatted(
                  shown(storage.key()),
                  storage.count(),
                  storage.dtype().torchName(),
                  earlier.count(),
                  earlier.dtype().torchName()));
    }
    return storage;
  }

  /** An object of a class of TorchScript, whose attributes {@code BUILD} brings. */
  PickleValue object(Global type, PickleInput in) {
    if (isTorchScript && type.module().startsWith("__torch__")) {
      return new Dict(shown(type.qualified()));
    }
    if (type.qualified().equals("collections.OrderedDict")) {
      return new Dict();
    }
    throw new UnsupportedFile(
        in.at() + "makes an object of " + type.qualified() + ", which is not read");
  }

  /** What {@code function(*arguments)} gives. */
  PickleValue call(Global function, List<PickleValue> arguments, PickleInput in) {
    switch (function.qualified()) {
      case "collections.OrderedDict" -> {
        return arguments.isEmpty() ? new Dict() : pairs(arguments.get(0), in);
      }
      case "collections.Counter",
          "torch.Size",
          "builtins.set",
          "__builtin__.set",
          "builtins.frozenset" -> {
        return arguments.isEmpty() ? new Items() : arguments.get(0);
      }
      case "_codecs.encode", "builtins.bytearray", "__builtin__.bytearray" -> {
        return new Other("bytes");
      }
      case "torch.device", "torch.serialization._get_layout", "builtins.complex" -> {
        return new Other(function.qualified());
      }
      case "torch._tensor._rebuild_from_type_v2" -> {
        return ofType(arguments, in);
      }
      case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" -> {
        if (!arguments.isEmpty() && arguments.get(0) instanceof Tensor parameter) {
          return parameter;
        }
        throw in.damaged(function.name() + " needs a tensor");
      }
      default -> {
        if (function.module().equals("torch._utils") && KNOWN.contains(function.qualified())) {
          return new Tensor(TensorCall.tensor(function.name(), arguments, in));
        }
        if (function.module().equals("torch.jit._pickle") && !arguments.isEmpty()) {
          return arguments.get(0);
        }
        throw new UnsupportedFile(
            in.at() + "calls " + shown(function.qualified()) + ", which is not read");
      }
    }
  }

  /** {@code _rebuild_from_type_v2(function, type, arguments, state)}: a tensor with attributes. */
  private PickleValue ofType(List<PickleValue> arguments, PickleInput in) {
    if (arguments.size() == 4
        && arguments.get(0) instanceof Global function
        && function.module().equals("torch._utils")
        && arguments.get(1) instanceof Global type
        && Set.of("Tensor", "Parameter", "Buffer").contains(type.name())
        && arguments.get(2) instanceof Tuple own) {
      return call(function, own.items, in);
    }
    throw in.damaged("_rebuild_from_type_v2 needs a function, a type, its arguments and a state");
  }

  /** Before Python 3 an ordered dict was written as a list of pairs. */
  private static PickleValue pairs(PickleValue argument, PickleInput in) {
    Dict dict = new Dict();
    if (argument instanceof Dict copied) {
      dict.entries.putAll(copied.entries);
    } else if (argument instanceof Items items) {
      for (PickleValue pair : items.values) {
        List<PickleValue> both =
            pair instanceof Items list
                ? list.values
                : pair instanceof Tuple tuple ? tuple.items : List.of();
        if (both.size() != 2) {
          throw in.damaged("OrderedDict needs pairs and found " + pair.kind());
        }
        dict.entries.put(both.get(0), both.get(1));
      }
    } else {
      throw in.damaged("OrderedDict needs a list of pairs and found " + argument.kind());
    }
    return dict;
  }
}
