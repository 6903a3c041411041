package io.github.tf2torch.read.graph;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Parses a file that is one protocol buffer message (protobuf.dev/programming-guides/encoding) in
 * memory that is in proportion to its small fields. The large contents of constants, nearly all of
 * a frozen graph, stay in the file: their {@code bytes} fields are ranges of it, mapped, whose
 * pages the machine reads when they are asked for and drops at will. The map ends with the last
 * reference to the message, so on Windows a large file can't be deleted before.
 */
final class MessageFile {
  /** What the format's own length prefix, a signed 32 bit number, ends at. */
  private static final long MOST_BYTES = Integer.MAX_VALUE;

  /** As deep as the library's own parser goes. */
  private static final int MOST_LEVELS = 100;

  /**
   * From where on a file is mapped, and a field of it left there.
   *
   * @param fileBytes smaller files are read at once
   * @param fieldBytes smaller fields are copied, many at a time
   */
  record Limits(long fileBytes, int fieldBytes) {
    static final Limits USUAL = new Limits(1 << 24, 1 << 16);
  }

  private final ByteBuffer all;
  private final int fieldBytes;
  private final Deque<String> entered = new ArrayDeque<>();

  private MessageFile(ByteBuffer all, int fieldBytes) {
    this.all = all;
    this.fieldBytes = fieldBytes;
  }

  /**
   * The whole message.
   *
   * @param kind an instance of the message, with nothing in it
   * @throws InvalidProtocolBufferException where the bytes are none; says where
   */
  static Message read(Path path, Message kind, Limits limits) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > MOST_BYTES) {
        throw new UnsupportedFile(
            "%s: %d bytes are more than a protocol buffer can have (%d)"
                .formatted(path, size, MOST_BYTES));
      }
      if (size >= limits.fileBytes()) {
        ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
        return new MessageFile(mapped, limits.fieldBytes()).message(kind);
      }
    }
    return parse(Files.readAllBytes(path), kind);
  }

  /** The same of bytes that are in memory, to which the message refers. */
  static Message parse(byte[] bytes, Message kind) throws InvalidProtocolBufferException {
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    in.enableAliasing(true);
    try {
      return kind.getParserForType().parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      new MessageFile(ByteBuffer.wrap(bytes), 1).message(kind); // says where
      throw e;
    }
  }

  private Message message(Message kind) throws InvalidProtocolBufferException {
    Message.Builder out = kind.newBuilderForType();
    walk(0, all.limit(), out);
    return out.build();
  }

  /** Copies runs of small fields to the library's parser; enters or refers to each large one. */
  private void walk(int from, int to, Message.Builder out) throws InvalidProtocolBufferException {
    if (entered.size() > MOST_LEVELS) {
      throw fault(from, "more than " + MOST_LEVELS + " messages nested");
    }
    int copied = from;
    for (int at = from; at < to; ) {
      Cursor in = new Cursor(at, to);
      int tag = (int) in.varint();
      int length = in.bodyLength(tag);
      FieldDescriptor field =
          out.getDescriptorForType().findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      int end = in.at + length;
      if (length >= fieldBytes && field != null && canBeLarge(field, tag)) {
        copy(copied, at, out);
        set(out, field, value(in.at, end, field, out));
        copied = end;
      } else if (end - copied >= fieldBytes) {
        copy(copied, end, out);
        copied = end;
      }
      at = end;
    }
    copy(copied, to, out);
  }

  private static boolean canBeLarge(FieldDescriptor field, int tag) {
    boolean isLengthDelimited =
        WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
    return isLengthDelimited
        && (field.getJavaType() == JavaType.MESSAGE || field.getJavaType() == JavaType.BYTE_STRING);
  }

  private Object value(int from, int to, FieldDescriptor field, Message.Builder out)
      throws InvalidProtocolBufferException {
    if (field.getJavaType() == JavaType.BYTE_STRING) {
      return UnsafeByteOperations.unsafeWrap(all.slice(from, to - from));
    }
    Message.Builder inner = out.newBuilderForField(field);
    if (!field.isRepeated() && out.hasField(field)) {
      inner.mergeFrom((Message) out.getField(field));
    }
    entered.addLast(field.getName());
    walk(from, to, inner);
    entered.removeLast();
    return inner.build();
  }

  private static void set(Message.Builder out, FieldDescriptor field, Object value) {
    if (field.isRepeated()) {
      out.addRepeatedField(field, value);
    } else {
      out.setField(field, value);
    }
  }

  private void copy(int from, int to, Message.Builder out) throws InvalidProtocolBufferException {
    if (from == to) {
      return;
    }
    try {
      out.mergeFrom(ByteString.copyFrom(all.slice(from, to - from)));
    } catch (InvalidProtocolBufferException e) {
      throw fault(from, String.valueOf(e.getMessage()));
    }
  }

  private InvalidProtocolBufferException fault(int at, String what) {
    String place = entered.isEmpty() ? "" : ", in " + String.join(".", entered);
    return new InvalidProtocolBufferException("at 0x%x%s: %s".formatted(at, place, what));
  }

  /** Reads one field's head. */
  private final class Cursor {
    private final int start;
    private final int to;
    private int at;

    Cursor(int start, int to) {
      this.start = start;
      this.to = to;
      this.at = start;
    }

    /** How many bytes follow the tag; for a field with a length, behind that. */
    int bodyLength(int tag) throws InvalidProtocolBufferException {
      if (WireFormat.getTagFieldNumber(tag) == 0) {
        throw fault(start, "field number 0");
      }
      long length =
          switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> {
              varint();
              yield 0;
            }
            case WireFormat.WIRETYPE_FIXED32 -> Integer.BYTES;
            case WireFormat.WIRETYPE_FIXED64 -> Long.BYTES;
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> varint();
            default -> throw fault(start, "wire type " + WireFormat.getTagWireType(tag));
          };
      if (length < 0 || length > to - at) {
        throw fault(
            start,
            "a field of %s bytes where %d are left"
                .formatted(Long.toUnsignedString(length), to - at));
      }
      return (int) length;
    }

    long varint() throws InvalidProtocolBufferException {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE && at < to; shift += 7) {
        byte next = all.get(at++);
        value |= (next & 0x7fL) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw fault(start, "a number without end");
    }
  }
}
