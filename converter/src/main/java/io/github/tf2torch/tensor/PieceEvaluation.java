package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Evaluates recipes piece by piece, in any order, so that several threads can share the work of one
 * tensor. Each has one of these, whose memory is bounded and used again and again.
 */
public final class PieceEvaluation {
  private static final int PIECE_BYTES = 16 << 20;

  private final Workspace memory = Workspace.direct();
  private final TensorPass pass;
  private TensorExpr recipe = new TensorExpr.Fill(DType.BOOL, Shape.of(0), 0);
  private Elements elements = Evaluation.elements(recipe, (v, o, t) -> {}, memory);
  private ByteBuffer block = Elements.buffer(0);

  public PieceEvaluation(TensorPass pass) {
    this.pass = pass;
  }

  /** A range of a tensor's elements in row-major order. */
  public record Piece(long first, long end) {}

  /** Cuts a tensor where it costs least; its pieces read each stored byte once where they can. */
  public static List<Piece> pieces(TensorExpr recipe) {
    List<Piece> pieces = new ArrayList<>();
    Elements elements = Evaluation.elements(recipe, (v, o, t) -> {}, Workspace.onHeap());
    long count = recipe.shape().count();
    long most = PIECE_BYTES / recipe.dtype().bytes();
    for (long first = 0; first < count; ) {
      long end = Math.min(count, elements.boundary(first, most));
      pieces.add(new Piece(first, end));
      first = end;
    }
    return pieces;
  }

  /** Writes the bytes of a piece to {@code sink}, in order. */
  public void stream(TensorExpr wanted, Piece piece, TensorSink sink) throws IOException {
    if (wanted != recipe) {
      memory.reset();
      block = memory.take(memory.blockBytes());
      elements = Evaluation.elements(wanted, pass, memory);
      recipe = wanted;
    }
    int elementBytes = wanted.dtype().bytes();
    long most = memory.blockBytes() / elementBytes;
    for (long first = piece.first(); first < piece.end(); ) {
      long end = Math.min(piece.end(), elements.boundary(first, most));
      block.clear().limit(Math.toIntExact((end - first) * elementBytes));
      elements.read(first, block);
      sink.write(block.flip());
      first = end;
    }
  }
}
