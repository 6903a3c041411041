package io.github.tf2torch.read.torch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The JSON at the beginning of a safetensors file, checked against the file's size. */
record SafetensorsHeader(Map<String, SafetensorsEntry> entries, Map<String, String> metadata) {
  private static final int LENGTH_BYTES = 8;

  /** The format's own bound. */
  private static final long MOST_BYTES = 100_000_000;

  static SafetensorsHeader read(SourceFile file) throws IOException {
    if (file.size() < LENGTH_BYTES) {
      throw file.damaged(0, "the file has " + file.size() + " bytes, its length alone takes 8");
    }
    long length = file.read(0, LENGTH_BYTES).getLong();
    if (length < 0 || length > MOST_BYTES || length > file.size() - LENGTH_BYTES) {
      throw file.damaged(
          0,
          "the header is said to have %s bytes, but the file has %d in all and a header at most %d; it is damaged, truncated or no safetensors file"
              .formatted(Long.toUnsignedString(length), file.size(), MOST_BYTES));
    }
    ByteBuffer bytes = file.read(LENGTH_BYTES, length);
    if (length == 0 || bytes.get(0) != '{') {
      throw file.damaged(LENGTH_BYTES, "the header does not begin with {");
    }
    try (JsonParser json = StrictJson.parser(bytes.array())) {
      SafetensorsHeader header =
          new Reading(
                  file, json, LENGTH_BYTES + length, new LinkedHashMap<>(), new LinkedHashMap<>())
              .header();
      header.checkCovers(file, LENGTH_BYTES + length);
      return header;
    } catch (CharacterCodingException e) {
      throw new DamagedFile(file.at(LENGTH_BYTES) + "the header is not UTF-8", e);
    } catch (JsonProcessingException e) {
      throw new DamagedFile(
          file.at(LENGTH_BYTES) + "the header does not parse: " + e.getOriginalMessage(), e);
    }
  }

  private void checkCovers(SourceFile file, long begin) {
    List<SafetensorsEntry> byOffset = new ArrayList<>(entries.values());
    byOffset.sort(
        Comparator.comparing(SafetensorsEntry::offset).thenComparing(SafetensorsEntry::size));
    long at = begin;
    for (SafetensorsEntry entry : byOffset) {
      if (entry.offset() != at) {
        throw file.damaged(
            at,
            "\""
                + entry.name()
                + "\" begins at "
                + entry.offset()
                + ", expected "
                + at
                + "; tensors may leave no gap and not overlap");
      }
      at += entry.size();
    }
    if (at != file.size()) {
      throw file.damaged(
          at,
          "the tensors end here, but the file has "
              + file.size()
              + " bytes; it is damaged or truncated");
    }
  }

  /** One pass over the JSON. */
  private record Reading(
      SourceFile file,
      JsonParser json,
      long dataBegin,
      Map<String, SafetensorsEntry> entries,
      Map<String, String> metadata) {
    SafetensorsHeader header() throws IOException {
      expect(json.nextToken() == JsonToken.START_OBJECT, "the header", "an object");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        expect(json.nextToken() == JsonToken.START_OBJECT, name, "an object");
        if (name.equals("__metadata__")) {
          readMetadata();
        } else {
          entries.put(name, entry(name));
        }
      }
      expect(json.nextToken() == null, "the header", "one object and nothing after it");
      return new SafetensorsHeader(entries, metadata);
    }

    private void readMetadata() throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        expect(json.nextToken() == JsonToken.VALUE_STRING, "__metadata__", "texts");
        metadata.put(key, json.getText());
      }
    }

    private SafetensorsEntry entry(String name) throws IOException {
      String dtypeName = "";
      List<Long> shape = List.of(-1L);
      List<Long> offsets = List.of();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case "dtype" -> {
            expect(json.currentToken() == JsonToken.VALUE_STRING, name, "a text as dtype");
            dtypeName = json.getText();
          }
          case "shape" -> shape = longs(name);
          case "data_offsets" -> offsets = longs(name);
          default -> expect(false, name, "only dtype, shape and data_offsets, not " + key);
        }
      }
      expect(offsets.size() == 2, name, "data_offsets of two numbers");
      expect(shape.stream().allMatch(d -> d >= 0), name, "a shape of whole numbers");
      long begin = offsets.get(0);
      long size = offsets.get(1) - begin;
      expect(begin >= 0 && size >= 0, name, "data_offsets that go forward");
      expect(offsets.get(1) <= file.size() - dataBegin, name, "data_offsets inside the file");
      DType dtype = dtype(name, dtypeName);
      expect(bytes(shape, dtype) == size, name, dtypeName + shape + " to have " + size + " bytes");
      return new SafetensorsEntry(name, dtype, new Shape(shape), dataBegin + begin, size);
    }

    private static long bytes(List<Long> shape, DType dtype) {
      try {
        return Math.multiplyExact(new Shape(shape).count(), (long) dtype.bytes());
      } catch (ArithmeticException e) {
        return -1;
      }
    }

    private DType dtype(String name, String text) {
      for (DType dtype : DType.values()) {
        if (!text.isEmpty() && dtype.safetensorsName().equals(text)) {
          return dtype;
        }
      }
      throw new UnsupportedFile(
          file.at(LENGTH_BYTES)
              + "\""
              + name
              + "\" has dtype \""
              + text
              + "\", which is not known");
    }

    private List<Long> longs(String name) throws IOException {
      expect(json.currentToken() == JsonToken.START_ARRAY, name, "an array");
      List<Long> values = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(json.currentToken() == JsonToken.VALUE_NUMBER_INT, name, "whole numbers");
        values.add(json.getLongValue());
      }
      return values;
    }

    private void expect(boolean holds, String name, String expected) {
      if (!holds) {
        throw file.damaged(LENGTH_BYTES, "\"" + name + "\" in the header: expected " + expected);
      }
    }
  }
}
