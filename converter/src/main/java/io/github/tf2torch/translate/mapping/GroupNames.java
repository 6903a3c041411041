package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.rules.mapping.RuleFile;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names that a rule makes of what the groups of its expression found.
 *
 * @param words what {@code ${1:word}} stands for
 * @param places what {@code ${1:place}} counts, in order
 */
record GroupNames(Map<String, String> words, List<String> places) {
  private static final Pattern GROUP =
      Pattern.compile("\\$(?:(\\d)|\\{(\\d)(?::(word|place)|((?:[-+*]\\d{1,9})+))?\\})");

  private static final Pattern STEP = Pattern.compile("([-+*])(\\d+)");

  GroupNames {
    words = Map.copyOf(words);
    places = List.copyOf(places);
  }

  static GroupNames of(RuleFile file, Ledger ledger) {
    List<String> places =
        file.places().stream()
            .flatMap(p -> ledger.openVariables().stream().map(Variable::name).map(p::matcher))
            .filter(Matcher::matches)
            .map(m -> m.group(1))
            .distinct()
            .sorted(NaturalOrder.INSTANCE)
            .toList();
    return new GroupNames(file.words(), places);
  }

  /**
   * The name that {@code template} means for a variable; a group that found nothing is nothing.
   *
   * @param place of the rule, for messages
   */
  String of(Matcher found, String template, String place) {
    Matcher group = GROUP.matcher(template);
    StringBuilder name = new StringBuilder();
    while (group.find()) {
      int number = Integer.parseInt(group.group(1) != null ? group.group(1) : group.group(2));
      if (number > found.groupCount()) {
        throw new BadRequest(
            "%s: \"%s\" speaks of group %d, but the expression has %d"
                .formatted(place, template, number, found.groupCount()));
      }
      String text = found.group(number) == null ? "" : found.group(number);
      group.appendReplacement(name, Matcher.quoteReplacement(made(group, text, place)));
    }
    return group.appendTail(name).toString();
  }

  private String made(Matcher group, String text, String place) {
    if (group.group(3) != null) {
      String made = group.group(3).equals("word") ? words.get(text) : place(text);
      if (made == null) {
        throw new BadRequest(
            "%s: %s of \"%s\" is not known; the file says %s"
                .formatted(
                    place,
                    group.group(),
                    text,
                    group.group(3).equals("word")
                        ? "words " + words.keySet()
                        : "places " + places));
      }
      return made;
    }
    return group.group(4) == null ? text : calculated(text, group.group(4), place);
  }

  private @org.jspecify.annotations.Nullable String place(String text) {
    int at = places.indexOf(text);
    return at < 0 ? null : String.valueOf(at);
  }

  private static String calculated(String text, String steps, String place) {
    if (!text.matches("\\d+")) {
      throw new BadRequest(
          "%s: \"%s\" is no number, from which %s could be made".formatted(place, text, steps));
    }
    BigInteger value = new BigInteger(text);
    for (Matcher step = STEP.matcher(steps); step.find(); ) {
      BigInteger operand = new BigInteger(step.group(2));
      value =
          switch (step.group(1)) {
            case "+" -> value.add(operand);
            case "-" -> value.subtract(operand);
            default -> value.multiply(operand);
          };
    }
    return value.toString();
  }
}
