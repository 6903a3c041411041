package io.github.tf2torch.translate.mapping;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name as words and the numbers between them: {@code encoder/layer_3/dense} is encoder layer #
 * dense, and 3.
 *
 * @param words in order, {@code #} for a number, in the one spelling that both frameworks share
 * @param numbers in order
 */
record NamePattern(List<String> words, List<Long> numbers) {
  private static final Pattern PIECE = Pattern.compile("[0-9]+|[A-Z]?[a-z]+|[A-Z]+(?![a-z])");
  private static final String NUMBER = "#";

  /** What one framework says for what the other says. */
  private static final Map<String, String> SAME =
      Map.ofEntries(
          Map.entry("attn", "attention"),
          Map.entry("linear", "dense"),
          Map.entry("fc", "dense"),
          Map.entry("embeddings", "embedding"),
          Map.entry("emb", "embedding"),
          Map.entry("bn", "batchnorm"),
          Map.entry("ln", "layernorm"),
          Map.entry("convolution", "conv"),
          Map.entry("logits", "classifier"),
          Map.entry("predictions", "classifier"),
          Map.entry("layers", "layer"),
          Map.entry("blocks", "block"),
          Map.entry("kernel", "weight"),
          Map.entry("weights", "weight"),
          Map.entry("gamma", "weight"),
          Map.entry("beta", "bias"),
          Map.entry("biases", "bias"));

  /** Words that say what a layer is and not which. */
  private static final Set<String> GENERIC =
      Set.of(
          NUMBER,
          "dense",
          "conv",
          "layer",
          "block",
          "batchnorm",
          "layernorm",
          "norm",
          "weight",
          "bias",
          "model",
          "output");

  /** Dimensions that are part of a layer's class. */
  private static final Pattern SIZED = Pattern.compile("(?i)(conv|pool(ing)?|norm)[1-3]d");

  NamePattern {
    words = List.copyOf(words);
    numbers = List.copyOf(numbers);
  }

  static NamePattern of(String name) {
    String spelled =
        SIZED
            .matcher(name)
            .replaceAll("$1")
            .replaceAll("(?i)batch_?norm(alization)?", "Bn")
            .replaceAll("(?i)layer_?norm(alization)?", "Ln");
    List<String> words = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    for (Matcher m = PIECE.matcher(spelled); m.find(); ) {
      String piece = m.group().toLowerCase(Locale.ROOT);
      if (Character.isDigit(piece.charAt(0)) && piece.length() < 10) {
        words.add(NUMBER);
        numbers.add(Long.parseLong(piece));
      } else {
        words.add(SAME.getOrDefault(piece, piece));
      }
    }
    return new NamePattern(words, numbers);
  }

  /** The pattern that its siblings have: Keras counts {@code dense}, {@code dense_1}. */
  NamePattern counted() {
    List<String> longer = new ArrayList<>(words);
    longer.add(NUMBER);
    List<Long> more = new ArrayList<>(numbers);
    more.add(0L);
    return new NamePattern(longer, more);
  }

  /** How alike the words are, from 0 to 1; 0 where they share none. */
  double likeness(NamePattern other) {
    Set<String> mine = distinctive();
    Set<String> theirs = other.distinctive();
    Set<String> shared = new HashSet<>(mine);
    shared.retainAll(theirs);
    Set<String> all = new HashSet<>(mine);
    all.addAll(theirs);
    return all.isEmpty() ? 0 : (double) shared.size() / all.size();
  }

  /**
   * Whether both may name the same: words in common, and not their kind alone where both say more.
   */
  boolean isAbout(NamePattern other) {
    Set<String> mine = new HashSet<>(words);
    mine.removeAll(GENERIC);
    Set<String> theirs = new HashSet<>(other.words);
    theirs.removeAll(GENERIC);
    boolean saysMore = !mine.isEmpty() && !theirs.isEmpty();
    mine.retainAll(theirs);
    return likeness(other) > 0 && (!saysMore || !mine.isEmpty());
  }

  /** Whether the words say what a layer is and not which. */
  boolean isGeneric() {
    return GENERIC.containsAll(words);
  }

  private Set<String> distinctive() {
    Set<String> distinctive = new HashSet<>(words);
    distinctive.remove(NUMBER);
    return distinctive;
  }
}
