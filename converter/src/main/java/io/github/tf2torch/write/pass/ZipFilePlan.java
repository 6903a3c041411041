package io.github.tf2torch.write.pass;

import io.github.tf2torch.io.ZipPlan;
import io.github.tf2torch.tensor.TensorExpr;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** A zip archive of PyTorch's, some of whose entries are tensors. */
public final class ZipFilePlan implements TensorFilePlan {
  private final Path file;
  private final ZipPlan zip = new ZipPlan();
  private final List<Place> tensors = new ArrayList<>();

  public ZipFilePlan(Path file) {
    this.file = file;
  }

  public ZipFilePlan add(String name, byte[] content) {
    zip.add(name, content);
    return this;
  }

  public ZipFilePlan add(String name, String ascii) {
    return add(name, ascii.getBytes(StandardCharsets.US_ASCII));
  }

  public ZipFilePlan add(String name, TensorExpr recipe) {
    long bytes = new Place(recipe, 0).bytes();
    tensors.add(new Place(recipe, zip.add(name, bytes)));
    return this;
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public List<Place> tensors() {
    return List.copyOf(tensors);
  }

  @Override
  public boolean needsCrc32() {
    return true;
  }

  @Override
  public List<Part> around(ToIntFunction<TensorExpr> crc32) {
    return zip.parts(i -> crc32.applyAsInt(tensors.get(i).recipe())).stream()
        .map(p -> new Part(p.offset(), p.bytes()))
        .toList();
  }
}
