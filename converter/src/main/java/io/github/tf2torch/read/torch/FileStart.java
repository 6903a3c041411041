package io.github.tf2torch.read.torch;

import io.github.tf2torch.io.ForeignBytes;
import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The first bytes of a file, by which its format is known. One character a byte. */
record FileStart(String text, long fileBytes) {
  private static final int BYTES = 512;

  /** {@code 0x1950a86a20f9469cfc6c}, little-endian, as {@code torch/serialization.py} has it. */
  private static final String LEGACY_MAGIC = "l\u00fc\u009cF\u00f9 j\u00a8P\u0019.";

  static FileStart of(SourceFile file) throws IOException {
    ByteBuffer start = file.read(0, Math.min(BYTES, file.size()));
    return new FileStart(StandardCharsets.ISO_8859_1.decode(start).toString(), file.size());
  }

  /** Empty where there is no file to read. */
  static Optional<FileStart> of(Path path) throws IOException {
    if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      return Optional.empty();
    }
    try (SourceFile file = SourceFile.open(path, "")) {
      return Optional.of(of(file));
    }
  }

  boolean isZip() {
    return text.startsWith("PK\3\4") || text.startsWith("PK\5\6");
  }

  boolean isLegacyTorch() {
    int magic = text.indexOf(LEGACY_MAGIC);
    return text.startsWith("\u0080") && magic >= 0 && magic < 16;
  }

  /** A length that the file can have, and a brace. */
  boolean isSafetensors() {
    if (text.length() < 9 || text.charAt(8) != '{') {
      return false;
    }
    long length = 0;
    for (int i = 7; i >= 0; i--) {
      length = length << 8 | text.charAt(i);
    }
    return length > 0 && length <= fileBytes - 8;
  }

  /** A pointer of Git LFS, a web page, an archive, nothing at all. */
  boolean isForeign() {
    return ForeignBytes.in(text.getBytes(StandardCharsets.ISO_8859_1)).isPresent();
  }

  /** What to say of a file that is expected to be PyTorch's and is not. */
  Problem notTorch(SourceFile file) {
    Optional<ForeignBytes> foreign = ForeignBytes.in(text.getBytes(StandardCharsets.ISO_8859_1));
    if (foreign.isPresent() && foreign.get() != ForeignBytes.TAR) {
      return foreign.get().damaged(file.path());
    }
    if (foreign.isPresent()) {
      return new UnsupportedFile(
          file.path()
              + ": is a tar archive, as PyTorch wrote before 0.1.10; unpack it, or load and save it"
              + " with a newer PyTorch");
    }
    if (text.startsWith("\u0080") || text.startsWith("(dp") || text.startsWith("}q")) {
      return new UnsupportedFile(
          file.path()
              + ": is a pickle that torch.save did not write; load it where you trust it and save"
              + " its tensors with torch.save");
    }
    if (text.startsWith("\u0089HDF\r\n")) {
      return new UnsupportedFile(file.path() + ": is an HDF5 file, not one of PyTorch");
    }
    return new DamagedFile(
        file.path() + " @ 0x0: neither a zip archive nor a pickle; torch.save writes one of them");
  }
}
