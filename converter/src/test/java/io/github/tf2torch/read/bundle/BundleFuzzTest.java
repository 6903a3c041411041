package io.github.tf2torch.read.bundle;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.read.BoundedReading;
import io.github.tf2torch.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Indexes that no TensorFlow wrote, over a data file of {@value #DATA_BYTES} zeros. */
class BundleFuzzTest {
  private static final int DATA_BYTES = 64;

  @TempDir Path folder;

  @BeforeEach
  void writeData() throws IOException {
    Files.write(folder.resolve("x.data-00000-of-00001"), new byte[DATA_BYTES]);
  }

  @FuzzTest(maxDuration = "5m")
  void anIndexIsReadOrRefused(byte[] index) {
    read(index);
  }

  @FuzzTest(maxDuration = "5m")
  void aBlockWithARightChecksumIsReadOrRefused(byte[] block) {
    read(SealedTable.ofBlock(block, SealedTable.PLAIN));
  }

  @FuzzTest(maxDuration = "5m")
  void aCompressedBlockIsReadOrRefused(byte[] block) {
    read(SealedTable.ofBlock(block, SealedTable.SNAPPY));
  }

  @FuzzTest(maxDuration = "5m")
  void aV1FileIsReadOrRefused(byte[] file) {
    readV1(file);
  }

  @FuzzTest(maxDuration = "5m")
  void aV1BlockWithARightChecksumIsReadOrRefused(byte[] block) {
    readV1(SealedTable.ofBlock(block, SealedTable.PLAIN));
  }

  private void readV1(byte[] table) {
    BoundedReading.of(
        table.length,
        () -> {
          Path file = folder.resolve("model.ckpt");
          Files.write(file, table);
          if (Checkpoint.recognises(file)) {
            try (Checkpoint checkpoint = Checkpoint.open(file, ReadOptions.defaults())) {
              TfModel model = checkpoint.model();
              for (Variable v : model.variables()) {
                if (v.dtype() == DType.STRING) {
                  model.tensors().strings(v.name());
                } else {
                  int size = (int) Math.min(1, v.bytes());
                  model.tensors().read(v.name(), 0, ByteBuffer.allocate(size));
                }
              }
            }
          }
        });
  }

  private void read(byte[] index) {
    BoundedReading.of(
        index.length,
        () -> {
          Files.write(folder.resolve("x.index"), index);
          try (Bundle bundle = Bundle.open(folder.resolve("x"))) {
            for (BundleEntry entry : bundle.entries().values()) {
              if (entry.dtype() == DType.STRING) {
                bundle.strings(entry.key());
              } else {
                bundle.read(entry.key(), 0, ByteBuffer.allocate((int) Math.min(1, entry.size())));
              }
            }
          }
        });
  }
}
