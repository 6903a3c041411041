package io.github.tf2torch.verify.script;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.tensor.Shape;
import java.util.List;

/** Finds out the shape of a tensor, by running what makes it. */
public interface Extents {
  Shape of(List<Statement> body, Expr tensor);
}
