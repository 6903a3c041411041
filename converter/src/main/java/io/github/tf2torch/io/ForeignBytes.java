package io.github.tf2torch.io;

import io.github.tf2torch.problem.DamagedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is often found under the name of a model and is none: the pointer that Git keeps in its
 * place, the page that answered a download, an archive that nobody has unpacked. Told from a file's
 * first bytes alone, so raw tensors may look like one of these by chance: ask only about files that
 * begin with a header, or that have been found wrong already.
 */
public enum ForeignBytes {
  NOTHING("an empty file", "the download or copy failed; fetch it again"),
  GIT_LFS_POINTER(
      "a Git LFS pointer, not the file itself", "run \"git lfs pull\" in its repository"),
  HTML("a web page", "the download fetched a page about the file; fetch the file itself"),
  XML(
      "an XML document, such as a storage server's error",
      "look into it, and fetch the file again"),
  ZIP("a zip archive", "unpack it first"),
  GZIP("gzip-compressed", "unpack it first"),
  BZIP2("bzip2-compressed", "unpack it first"),
  XZ("xz-compressed", "unpack it first"),
  ZSTANDARD("Zstandard-compressed", "unpack it first"),
  SEVEN_ZIP("a 7z archive", "unpack it first"),
  RAR("a RAR archive", "unpack it first"),
  TAR("a tar archive", "unpack it first");

  /** A tar header is the longest thing to look for. */
  private static final int HEAD_BYTES = 512;

  private static final int TAR_MAGIC_AT = 257;

  private final String description;
  private final String advice;

  ForeignBytes(String description, String advice) {
    this.description = description;
    this.advice = advice;
  }

  /** As a message says it: {@code a zip archive}. */
  public String description() {
    return description;
  }

  /** What to do about it: {@code unpack it first}. */
  public String advice() {
    return advice;
  }

  /** What a regular file is instead of a model; empty where it is nothing known. */
  public static Optional<ForeignBytes> in(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in(in.readNBytes(HEAD_BYTES));
    }
  }

  /** The same, of a file's first bytes; 512 are enough. */
  public static Optional<ForeignBytes> in(byte[] head) {
    return Optional.ofNullable(firstOf(head));
  }

  /**
   * Refuses a file that is something else.
   *
   * @param expected kinds that are right here: a {@code .keras} file is a zip
   */
  public static void refuse(Path file, Set<ForeignBytes> expected) throws IOException {
    Optional<ForeignBytes> found = in(file);
    if (found.isPresent() && !expected.contains(found.get())) {
      throw found.get().damaged(file);
    }
  }

  /** {@code weights.h5: is a web page; the download fetched a page about the file; ...}. */
  public DamagedFile damaged(Path file) {
    return new DamagedFile(file + ": is " + description + "; " + advice);
  }

  private static @Nullable ForeignBytes firstOf(byte[] head) {
    if (head.length == 0) {
      return NOTHING;
    }
    String text = text(head);
    if (text.startsWith("version https://git-lfs.github.com/spec/")
        || text.startsWith("version https://hawser.github.com/spec/")) {
      return GIT_LFS_POINTER;
    }
    if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
      return HTML;
    }
    if (text.startsWith("<?xml")) {
      return text.contains("<html") ? HTML : XML;
    }
    if (starts(head, 'P', 'K', 3, 4) || starts(head, 'P', 'K', 5, 6)) {
      return ZIP;
    }
    if (starts(head, 0x1f, 0x8b, 8)) {
      return GZIP;
    }
    if (starts(head, 'B', 'Z', 'h') && head.length > 9 && starts(tail(head, 4), 0x31, 0x41, 0x59)) {
      return BZIP2;
    }
    if (starts(head, 0xfd, '7', 'z', 'X', 'Z', 0)) {
      return XZ;
    }
    if (starts(head, 0x28, 0xb5, 0x2f, 0xfd)) {
      return ZSTANDARD;
    }
    if (starts(head, '7', 'z', 0xbc, 0xaf, 0x27, 0x1c)) {
      return SEVEN_ZIP;
    }
    if (starts(head, 'R', 'a', 'r', '!', 0x1a, 7)) {
      return RAR;
    }
    boolean isTar = starts(tail(head, TAR_MAGIC_AT), 'u', 's', 't', 'a', 'r');
    return isTar ? TAR : null;
  }

  /** Read as text: without a byte order mark and leading blanks, in lower case. */
  private static String text(byte[] head) {
    byte[] rest = starts(head, 0xef, 0xbb, 0xbf) ? tail(head, 3) : head;
    return new String(rest, StandardCharsets.ISO_8859_1).stripLeading().toLowerCase(Locale.ROOT);
  }

  private static byte[] tail(byte[] head, int from) {
    return Arrays.copyOfRange(head, Math.min(from, head.length), head.length);
  }

  private static boolean starts(byte[] bytes, int... magic) {
    if (bytes.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (Byte.toUnsignedInt(bytes[i]) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
