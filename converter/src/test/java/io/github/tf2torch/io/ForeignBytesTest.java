package io.github.tf2torch.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.problem.DamagedFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ForeignBytesTest {
  @TempDir Path folder;

  static Stream<Arguments> heads() throws IOException {
    byte[] tar = Arrays.copyOf(ascii("model/"), 512);
    System.arraycopy(ascii("ustar"), 0, tar, 257, 5);
    return Stream.of(
        Arguments.of(ForeignBytes.NOTHING, new byte[0]),
        Arguments.of(
            ForeignBytes.GIT_LFS_POINTER,
            ascii("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")),
        Arguments.of(ForeignBytes.HTML, ascii("\r\n\n<!DOCTYPE html>\n<html lang=\"en\">")),
        Arguments.of(ForeignBytes.HTML, ascii("<HTML><HEAD>")),
        Arguments.of(ForeignBytes.HTML, ascii("<?xml version=\"1.0\"?><html xmlns=\"x\">")),
        Arguments.of(ForeignBytes.HTML, hex("efbbbf3c68746d6c3e")),
        Arguments.of(ForeignBytes.XML, ascii("<?xml version='1.0'?><Error>AccessDenied")),
        Arguments.of(ForeignBytes.ZIP, zip()),
        Arguments.of(ForeignBytes.GZIP, gzip()),
        Arguments.of(ForeignBytes.BZIP2, hex("425a68393141592653594eece83600000251")),
        Arguments.of(ForeignBytes.XZ, hex("fd377a585a000004")),
        Arguments.of(ForeignBytes.ZSTANDARD, hex("28b52ffd2000")),
        Arguments.of(ForeignBytes.SEVEN_ZIP, hex("377abcaf271c0004")),
        Arguments.of(ForeignBytes.RAR, hex("526172211a0700")),
        Arguments.of(ForeignBytes.TAR, tar));
  }

  @ParameterizedTest
  @MethodSource("heads")
  void isKnownByItsFirstBytes(ForeignBytes kind, byte[] head) throws IOException {
    assertThat(ForeignBytes.in(head)).contains(kind);
    Path file = Files.write(folder.resolve("model.h5"), head);
    assertThatThrownBy(() -> ForeignBytes.refuse(file, Set.of()))
        .isInstanceOf(DamagedFile.class)
        .hasMessage(file + ": is " + kind.description() + "; " + kind.advice());
    assertThatCode(() -> ForeignBytes.refuse(file, Set.of(kind))).doesNotThrowAnyException();
  }

  @Test
  void modelsAreNotForeign() {
    for (String head :
        new String[] {"894844460d0a1a0a", "00000608021a020801", "80027d71", "08", "00"}) {
      assertThat(ForeignBytes.in(hex(head))).as(head).isEmpty();
    }
  }

  private static byte[] zip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("model.ckpt.index"));
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(1);
    }
    return bytes.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
