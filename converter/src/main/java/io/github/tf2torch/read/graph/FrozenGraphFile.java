package io.github.tf2torch.read.graph;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import com.google.protobuf.WireFormat;
import io.github.tf2torch.io.ForeignBytes;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.tensorflow.proto.GraphDef;

/**
 * A file that is one GraphDef (graph.proto), in the binary or the text form of protocol buffers.
 */
final class FrozenGraphFile {
  /** What {@link #looksLikeOne} reads at most; a first node without constant is shorter. */
  private static final int HEAD_BYTES = 4096;

  /** A GraphDef in text is parsed into memory, several times its size. */
  private static final long MOST_TEXT_BYTES = 1L << 28;

  private static final int NODE_TAG = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int NODE_NAME_TAG = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int NODE_OP_TAG = 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final Pattern OP = Pattern.compile("_?[A-Z][A-Za-z0-9_>]*");
  private static final Pattern TEXT =
      Pattern.compile("(\\s|#[^\\n]*\\n)*(node|library|versions)\\s*:?\\s*[{<].*", Pattern.DOTALL);

  private FrozenGraphFile() {}

  /** Whether the first message is a node that has a name and an op, or the text of one. */
  static boolean looksLikeOne(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    byte[] head;
    try (InputStream in = Files.newInputStream(path)) {
      head = in.readNBytes(HEAD_BYTES);
    }
    return startsWithNode(head) || isText(head);
  }

  private static boolean isText(byte[] head) {
    return TEXT.matcher(new String(head, StandardCharsets.UTF_8)).matches();
  }

  private static boolean startsWithNode(byte[] head) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(head);
      if (in.readTag() != NODE_TAG) {
        return false;
      }
      in.readRawVarint32();
      if (in.readTag() != NODE_NAME_TAG || in.readBytes().isEmpty()) {
        return false;
      }
      return in.readTag() == NODE_OP_TAG && OP.matcher(in.readStringRequireUtf8()).matches();
    } catch (IOException e) {
      return false;
    }
  }

  /** The whole of it. */
  static GraphDef read(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new DamagedFile(path + ": there is no such file");
    }
    byte[] bytes = Files.readAllBytes(path);
    try {
      if (!isText(java.util.Arrays.copyOf(bytes, Math.min(bytes.length, HEAD_BYTES)))) {
        return GraphDef.parseFrom(bytes);
      }
      if (bytes.length > MOST_TEXT_BYTES) {
        throw new UnsupportedFile(
            "%s: %d bytes of text, of which at most %d are read; write it as binary .pb"
                .formatted(path, bytes.length, MOST_TEXT_BYTES));
      }
      GraphDef.Builder graph = GraphDef.newBuilder();
      TextFormat.merge(new String(bytes, StandardCharsets.UTF_8), graph);
      return graph.build();
    } catch (InvalidProtocolBufferException | TextFormat.ParseException e) {
      String what =
          ForeignBytes.in(bytes)
              .map(f -> "is " + f.description() + "; " + f.advice())
              .orElse(
                  "%d bytes that are no GraphDef (%s); the file is damaged or truncated"
                      .formatted(bytes.length, e.getMessage()));
      throw new DamagedFile(path + ": " + what, e);
    }
  }
}
