package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tensors that are made from stored ones when they are read, by the names of their recipes. */
public final class RecipeTensors implements TensorSource {
  private final Map<String, TensorExpr> recipes;
  private final TensorSource stored;
  private final Map<String, Elements> begun = new ConcurrentHashMap<>();

  public RecipeTensors(Map<String, TensorExpr> recipes, TensorSource stored) {
    this.recipes = Map.copyOf(recipes);
    this.stored = stored;
  }

  /** From any whole element on, to any. */
  @Override
  public void read(String name, long offset, ByteBuffer target) throws IOException {
    TensorExpr recipe = recipes.get(name);
    if (recipe == null) {
      throw new IllegalArgumentException("no tensor is named \"" + name + "\"");
    }
    int elementBytes = recipe.dtype().bytes();
    if (offset % elementBytes != 0 || target.remaining() % elementBytes != 0) {
      throw new IllegalArgumentException(
          target.remaining() + " bytes at " + offset + " are no elements of " + elementBytes);
    }
    boolean isEnd = offset + target.remaining() == recipe.shape().count() * elementBytes;
    Elements elements =
        begun.computeIfAbsent(name, n -> Evaluation.elements(recipe, stored, Workspace.onHeap()));
    synchronized (elements) {
      elements.read(offset / elementBytes, target);
    }
    if (isEnd) {
      begun.remove(name);
    }
  }
}
