package io.github.tf2torch.model.source;

import java.util.List;

/**
 * The number that a source's training makes smaller, computed of what its model gives.
 *
 * @param model whose signature takes the model's results, then labels, then penalties
 * @param results how many of its inputs are the model's results
 * @param penalties on the weights; each is an input, which comes behind the labels
 * @param assumed each choice in words
 */
public record Loss(TfModel model, int results, List<Penalty> penalties, List<String> assumed) {
  public Loss {
    assumed = List.copyOf(assumed);
    penalties = List.copyOf(penalties);
  }

  /** A sum over weights: {@code decay * tf.nn.l2_loss(kernel)}. */
  public record Penalty(String key, List<Term> terms) {
    public Penalty {
      terms = List.copyOf(terms);
    }
  }

  /**
   * All elements of a variable, squared or made absolute, summed and scaled.
   *
   * @param factors as the graph multiplies them, float32
   */
  public record Term(String variable, boolean isSquared, List<Float> factors) {
    public Term {
      factors = List.copyOf(factors);
    }
  }
}
