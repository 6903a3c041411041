package io.github.tf2torch.verify.script;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.List;

/** Finds out the extents and the type of a tensor, by running what makes it. */
public interface Extents {
  /** What a run in float32 gave. */
  record Found(Shape shape, DType dtype) {}

  Found of(List<Statement> body, Expr tensor);
}
