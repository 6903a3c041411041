package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.util.List;

/** {@code torch.nn.Embedding}: whole numbers (...) to (..., embeddingDim). */
public record Embedding(long numEmbeddings, long embeddingDim, DType dtype) implements TorchModule {
  @Override
  public String pythonClass() {
    return "nn.Embedding";
  }

  @Override
  public List<Argument> constructor() {
    return List.of(Arguments.positional(numEmbeddings), Arguments.positional(embeddingDim));
  }

  @Override
  public List<Slot> parameters() {
    return List.of(new Slot("weight", dtype, Shape.of(numEmbeddings, embeddingDim)));
  }

  @Override
  public List<String> inputs() {
    return List.of("input");
  }

  @Override
  public List<Statement> forward() {
    return List.of(
        new Statement.Return(
            Expr.aten("embedding", new Expr.Attribute("weight"), Expr.local("input"))));
  }
}
