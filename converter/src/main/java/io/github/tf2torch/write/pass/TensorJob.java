package io.github.tf2torch.write.pass;

import io.github.tf2torch.io.CrcPolynomial;
import io.github.tf2torch.io.CrcText;
import io.github.tf2torch.io.PieceCrc;
import io.github.tf2torch.tensor.PieceEvaluation;
import io.github.tf2torch.tensor.PieceEvaluation.Piece;
import io.github.tf2torch.tensor.TensorExpr;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** A recipe and all the places that its bytes go to. */
final class TensorJob {
  private record Destination(OutputFile file, long offset) {}

  private final TensorExpr recipe;
  private final long bytes;
  private final List<Destination> destinations = new ArrayList<>();
  private final PieceCrc crc32c;
  private final PieceCrc crc32;
  private final Optional<MessageDigest> sha256;
  private boolean needsCrc32;

  TensorJob(TensorExpr recipe, boolean needsSha256) {
    this.recipe = recipe;
    this.bytes = Math.multiplyExact(recipe.shape().count(), (long) recipe.dtype().bytes());
    this.crc32c = new PieceCrc(CrcPolynomial.CASTAGNOLI, bytes);
    this.crc32 = new PieceCrc(CrcPolynomial.IEEE, bytes);
    this.sha256 = needsSha256 ? Optional.of(newSha256()) : Optional.empty();
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  void add(OutputFile file, long offset, boolean isZip) {
    destinations.add(new Destination(file, offset));
    needsCrc32 |= isZip;
  }

  long bytes() {
    return bytes;
  }

  long bytesOf(long elements) {
    return elements * recipe.dtype().bytes();
  }

  /** What may be done at the same time. A digest needs all bytes in order. */
  List<Piece> pieces() {
    if (sha256.isPresent() && bytes > 0) {
      return List.of(new Piece(0, recipe.shape().count()));
    }
    return PieceEvaluation.pieces(recipe);
  }

  /** Makes a piece and writes it everywhere. */
  void write(Piece piece, PieceEvaluation evaluation) throws IOException {
    CRC32C ours = new CRC32C();
    CRC32 zips = new CRC32();
    int elementBytes = recipe.dtype().bytes();
    long[] at = {piece.first() * elementBytes};
    evaluation.stream(
        recipe,
        piece,
        block -> {
          ours.update(block.duplicate());
          if (needsCrc32) {
            zips.update(block.duplicate());
          }
          sha256.ifPresent(digest -> digest.update(block.duplicate()));
          writeEverywhere(at[0], block);
          at[0] += block.remaining();
        });
    long end = piece.end() * elementBytes;
    long length = end - piece.first() * elementBytes;
    crc32c.add(end, (int) ours.getValue(), length);
    crc32.add(end, (int) zips.getValue(), length);
  }

  private void writeEverywhere(long at, ByteBuffer block) throws IOException {
    for (Destination destination : destinations) {
      destination.file().write(destination.offset() + at, block);
    }
  }

  /** Of the whole tensor, once all pieces are written. */
  Checksums checksums() {
    return new Checksums(
        CrcText.of(crc32c.value()),
        crc32.value(),
        sha256.map(digest -> HexFormat.of().formatHex(digest.digest())));
  }
}
