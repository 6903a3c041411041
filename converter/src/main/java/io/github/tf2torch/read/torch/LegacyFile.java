package io.github.tf2torch.read.torch;

import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.read.torch.PickleValue.Items;
import io.github.tf2torch.read.torch.PickleValue.Text;
import io.github.tf2torch.read.torch.PickleValue.Whole;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * What {@code torch.save} wrote before 1.6: pickles of a magic number, a version, the machine, the
 * value and the keys of its storages, then each storage with its length, little-endian on every
 * machine ({@code _legacy_save} in {@code torch/serialization.py}).
 */
record LegacyFile(StateDict state, Map<String, Long> offsets) {
  private static final long VERSION = 1001;

  LegacyFile {
    offsets = Map.copyOf(offsets);
  }

  static LegacyFile read(SourceFile file) throws IOException {
    PickleInput in = new PickleInput(file.name(), file::read, 0, file.size());
    TorchGlobals globals = new TorchGlobals(false);
    new Unpickler(in, globals).load();
    if (!(new Unpickler(in, globals).load() instanceof Whole version)
        || version.value() != VERSION) {
      throw in.damaged("expected version " + VERSION + " of the format");
    }
    new Unpickler(in, globals).load();
    long begin = in.position();
    PickleValue value = new Unpickler(in, globals).load();
    StateDict state = StateDict.of(value, file.name(), in.position() - begin);
    if (!(new Unpickler(in, globals).load() instanceof Items keys)) {
      throw in.damaged("expected the list of storages here");
    }
    return new LegacyFile(state, offsets(file, in, globals, keys));
  }

  private static Map<String, Long> offsets(
      SourceFile file, PickleInput in, TorchGlobals globals, Items keys) throws IOException {
    Map<String, Long> offsets = new HashMap<>();
    for (PickleValue item : keys.values) {
      TorchStorage storage = item instanceof Text key ? globals.storages().get(key.value()) : null;
      if (storage == null) {
        throw in.damaged("a storage is listed that no tensor has");
      }
      long count = in.int64();
      if (count != storage.count()) {
        throw in.damaged(
            "storage \"%s\" has %d elements here, expected %d"
                .formatted(storage.key(), count, storage.count()));
      }
      offsets.put(storage.key(), in.position());
      in.skip(storage.bytes());
    }
    if (offsets.size() < globals.storages().size()) {
      throw new DamagedFile(file.path() + ": not every storage is in the file; it is truncated");
    }
    return offsets;
  }

  TorchTensors.Storages storages(SourceFile file) {
    return (key, offset, target) ->
        file.read(java.util.Objects.requireNonNull(offsets.get(key), key) + offset, target);
  }
}
