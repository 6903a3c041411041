package io.github.tf2torch.read.keras.hdf5;

import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/** An array in the file. Nothing of it is in memory; any range of it can be read. */
public final class Dataset {
  /** What an array may be larger than all that is stored of it: the rest was never written. */
  private static final long UNWRITTEN_BYTES = 1 << 20;

  private final String path;
  private final Datatype datatype;
  private final Shape shape;
  private final Map<String, Attribute> attributes;
  private final Storage storage;

  private Dataset(
      String path,
      Datatype datatype,
      Shape shape,
      Map<String, Attribute> attributes,
      Storage storage) {
    this.path = path;
    this.datatype = datatype;
    this.shape = shape;
    this.attributes = attributes;
    this.storage = storage;
  }

  static Dataset of(String path, ObjectHeader header) throws IOException {
    Metadata metadata = header.metadata();
    Message type = header.require(Message.DATATYPE, "datatype");
    Datatype datatype = DatatypeMessage.read(metadata, type.cursor(), type.isShared());
    Message space = header.require(Message.DATASPACE, "dataspace");
    Shape shape = Dataspace.read(space.cursor()).shape();
    Storage storage = storage(header, shape, datatype.size());
    Dataset dataset = new Dataset(path, datatype, shape, AttributeList.read(header), storage);
    dataset.checkExtent(metadata);
    return dataset;
  }

  private static Storage storage(ObjectHeader header, Shape shape, int elementBytes)
      throws IOException {
    Metadata metadata = header.metadata();
    if (header.has(Message.EXTERNAL_FILES)) {
      throw new UnsupportedFile(
          metadata.region().label() + ": a data set lies in other files, which are not read");
    }
    byte[] fill = FillValue.read(header, elementBytes);
    Layout layout = Layout.read(metadata, header.require(Message.LAYOUT, "data layout").cursor());
    if (layout instanceof Layout.Chunked chunked) {
      FilterPipeline filters = FilterPipeline.none(metadata.region().label());
      if (header.has(Message.FILTERS)) {
        Message message = header.require(Message.FILTERS, "filter pipeline");
        filters = FilterPipeline.read(metadata, message.cursor());
      }
      ChunkGrid grid =
          ChunkGrid.of(
              shape, chunked.chunk(), elementBytes, header.damaged("has chunks that don't fit it"));
      return new ChunkedStorage(metadata.region(), grid, chunked.index(), filters, fill);
    }
    return WholeStorage.of(metadata, layout, shape.count() * elementBytes, fill);
  }

  /** An extent that nothing stands behind would take a disk to write. */
  private void checkExtent(Metadata metadata) throws IOException {
    long bytes = bytes();
    if (bytes > UNWRITTEN_BYTES && bytes - UNWRITTEN_BYTES > storage.mostBytes()) {
      throw new DamagedFile(
          "%s: data set \"%s\" of shape %s declares %d bytes, but the file holds at most %d of them; it is damaged"
              .formatted(metadata.region().label(), path, shape, bytes, storage.mostBytes()));
    }
  }

  public String path() {
    return path;
  }

  public Datatype datatype() {
    return datatype;
  }

  public Shape shape() {
    return shape;
  }

  public Map<String, Attribute> attributes() {
    return attributes;
  }

  public long bytes() {
    return Math.multiplyExact(shape.count(), (long) datatype.size());
  }

  /** Fills {@code target} with the elements' bytes from {@code offset} on, little-endian. */
  public void read(long offset, ByteBuffer target) throws IOException {
    if (offset < 0 || target.remaining() > bytes() - offset) {
      throw new IllegalArgumentException(
          target.remaining() + " bytes at " + offset + " of \"" + path + "\" of " + bytes());
    }
    int unit = datatype instanceof Datatype.Numeric n ? n.swapBytes() : 1;
    if (unit == 1) {
      storage.read(offset, target);
    } else {
      readSwapped(offset, target, unit);
    }
  }

  private void readSwapped(long offset, ByteBuffer target, int unit) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(1 << 16);
    while (target.hasRemaining()) {
      long from = offset / unit * unit;
      block.clear().limit((int) Math.min(block.capacity(), bytes() - from));
      storage.read(from, block);
      block.flip();
      for (int skipped = (int) (offset - from);
          skipped < block.limit() && target.hasRemaining();
          skipped++, offset++) {
        target.put(block.get(skipped / unit * unit + unit - 1 - skipped % unit));
      }
    }
  }
}
