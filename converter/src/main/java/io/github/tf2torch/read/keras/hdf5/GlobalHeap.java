package io.github.tf2torch.read.keras.hdf5;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Text of variable length, which lies in collections ({@code GCOL}) apart from what uses it. Each
 * piece is read once, whoever asks for it: a file can't take more memory than it has text.
 */
final class GlobalHeap {
  private final Map<Long, Map<Integer, String>> collections = new HashMap<>();

  /** Of the collections that were read; they can't have more bytes than the file. */
  private long sizes;

  synchronized String text(Metadata metadata, long address, int index, long length)
      throws IOException {
    if (index == 0 || length == 0) {
      return "";
    }
    Map<Integer, String> texts = collections.get(address);
    if (texts == null) {
      texts = collection(metadata, address);
      collections.put(address, texts);
    }
    String text = texts.get(index);
    if (text == null) {
      throw metadata.region().damaged(address, "the heap here has no object " + index);
    }
    return text;
  }

  private Map<Integer, String> collection(Metadata metadata, long address) throws IOException {
    Cursor head = metadata.at(address, 8L + metadata.lengthBytes());
    head.signature("GCOL");
    head.version("a global heap", 1, 1);
    head.skip(3);
    long size = head.length();
    if (size > metadata.region().size() - sizes) {
      throw head.damaged("global heaps overlap; the file is damaged");
    }
    Cursor objects = metadata.at(address, size);
    objects.skip(8L + metadata.lengthBytes());
    Map<Integer, String> texts = new HashMap<>();
    while (objects.remaining() >= 8 + metadata.lengthBytes()) {
      int index = objects.u16();
      objects.skip(6);
      long length = objects.length();
      if (index == 0) {
        break;
      }
      texts.put(index, objects.text(narrow(objects, length)));
      objects.skip(Math.min(objects.remaining(), (8 - length % 8) % 8));
    }
    sizes += size;
    return texts;
  }

  private static int narrow(Cursor cursor, long length) {
    if (length > cursor.remaining()) {
      throw cursor.damaged("an object of " + length + " bytes does not fit its heap");
    }
    return (int) length;
  }
}
