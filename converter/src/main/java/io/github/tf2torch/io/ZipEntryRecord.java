package io.github.tf2torch.io;

/**
 * An entry of a zip file.
 *
 * @param offset of its stored bytes in the file
 * @param storedSize how many bytes it takes there
 * @param size how many they are unpacked
 */
public record ZipEntryRecord(
    String name, boolean isDeflated, long offset, long storedSize, long size, int crc) {}
