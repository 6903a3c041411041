package io.github.tf2torch.read.graph;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A protocol buffer message in its text form (protobuf.dev/reference/protobuf/textformat-spec),
 * which is read whole.
 */
final class TextMessage {
  /** Text is parsed in memory, and is a few times larger there. */
  private static final int MOST_SAID = 160;

  private static final long MOST_BYTES = 1L << 28;

  private static final int TIMES_IN_MEMORY = 6;

  /** A field's name and what may follow it, at the beginning. */
  private static final Pattern FIELD =
      Pattern.compile(
          "(?:\\s|#[^\\n]*+\\n)*+([A-Za-z_][A-Za-z0-9_]*+)\\s*+[:{<].*", Pattern.DOTALL);

  private TextMessage() {}

  /** Whether a file that begins so is text of some message. */
  static boolean looksLikeText(byte[] head) {
    for (byte b : head) {
      if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return FIELD.matcher(new String(head, StandardCharsets.UTF_8)).matches();
  }

  /**
   * Adds what the file says.
   *
   * @throws DamagedFile where it is no text of the message
   * @throws UnsupportedFile where it is of another, or too long
   */
  static <B extends Message.Builder> B read(Path path, B into) throws IOException {
    long size = Files.size(path);
    long most = Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / TIMES_IN_MEMORY);
    if (size > most) {
      throw new UnsupportedFile(
          ("%s: %d bytes of text, of which at most %d are read%s; write it as binary .pb,"
                  + " with tf.io.write_graph(..., as_text=False)")
              .formatted(path, size, most, most < MOST_BYTES ? " in this much memory" : ""));
    }
    String text = text(path);
    try {
      TextFormat.merge(text, into);
      return into;
    } catch (TextFormat.ParseException e) {
      String kind = into.getDescriptorForType().getName();
      Matcher first = FIELD.matcher(text);
      if (first.matches() && into.getDescriptorForType().findFieldByName(first.group(1)) == null) {
        throw new UnsupportedFile(
            "%s: is text of another message than %s: its first field is \"%s\""
                .formatted(path, kind, first.group(1)));
      }
      throw new DamagedFile(
          "%s: line %d, column %d: no text of a %s (%s); the file is damaged or truncated"
              .formatted(path, e.getLine(), e.getColumn(), kind, shortened(e)),
          e);
    }
  }

  /** What the parser says, in one line and without the whole of a tensor that it may repeat. */
  static String shortened(IOException problem) {
    String message = String.valueOf(problem.getMessage()).replaceAll("\\s+", " ");
    return message.length() <= MOST_SAID ? message : message.substring(0, MOST_SAID) + "...";
  }

  private static String text(Path path) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes(path)).toString();
    } catch (CharacterCodingException e) {
      throw new DamagedFile(path + ": text that is not in UTF-8; the file is damaged", e);
    }
  }

  private static ByteBuffer bytes(Path path) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(path));
  }
}
