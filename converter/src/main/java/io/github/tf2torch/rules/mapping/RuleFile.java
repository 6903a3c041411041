package io.github.tf2torch.rules.mapping;

import io.github.tf2torch.problem.BadRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A set of rules as YAML:
 *
 * <pre>
 * about: BERT, as google-research/bert writes it
 * prefix: bert.                       # targets are found without it, too
 * optional: true                      # as if each rule said so
 * rules:
 * - source: 'bert/encoder/layer_(\d+)/output/dense/kernel'
 *   target: 'bert.encoder.layer.$1.output.dense.weight'
 *   transform: transpose
 * - source: ['(.*)/query/kernel', '$1/key/kernel', '$1/value/kernel']
 *   target: '$1.in_proj_weight'
 *   transform: [transpose, concat: 0]
 * - drop: 'global_step'
 *   reason: step counter
 * - keep: '.*\.position_ids'
 * - target: '.*\.running_mean'
 *   fill: 0
 * </pre>
 *
 * A name goes by the first rule whose expression matches the whole of it; slots of optimizers too,
 * so that an expression should say how a name ends. {@code $1} is what its first group found.
 *
 * <ul>
 *   <li>In targets, {@code ${1-2}} is the number that the first group found, less two (and {@code
 *       +}, {@code *}, from left to right); {@code ${1:word}} what the file's {@code words} have
 *       for it; {@code ${1:place}} its place, from 0 on, among all that the first group of the
 *       file's {@code places} finds in the names of the source, counted as people do.
 *   <li>Of a rule with {@code if: NAME}, nothing is said of a variable unless the source has one of
 *       that name, too; the rules after it are asked.
 *   <li>Transforms apply one after the other, each to every tensor: {@code transpose}, {@code
 *       conv}, {@code depthwise}, {@code permute: [..]}, {@code reshape: [..]}, {@code flatten: [H,
 *       W, C]} (a matrix behind a flattened image), {@code gates: [order of blocks of axis 0]},
 *       {@code scale: x}, {@code add: x}, {@code squeeze: [axes]}, {@code slice: [start, length]}
 *       of axis 0, {@code pad: value} and {@code cut} to the target's rows. Without any, the name
 *       and the target's shape say which; {@code stored} changes nothing.
 *   <li>{@code concat: axis} makes one tensor of several sources, {@code minus} the first less the
 *       others, {@code split: axis} several targets of one, as long as each is along the axis.
 *   <li>{@code stack} makes one tensor of all variables that go to the same target, in the order of
 *       {@code $1}; {@code unstack} gives the layers of one to several targets, or to one that is
 *       named with {@code $i}, from 0 on.
 *   <li>One tensor that goes to several targets is tied. Of an optional rule, targets that don't
 *       exist are left out; a variable that then goes nowhere is dropped.
 * </ul>
 *
 * @param prefix that the targets of a model without a head may lack; empty where there is none
 * @param words what {@code ${1:word}} stands for
 * @param places whose first group finds what {@code ${1:place}} counts
 */
public record RuleFile(
    String name,
    String about,
    String prefix,
    Map<String, String> words,
    Optional<Pattern> places,
    List<MappingRule> rules) {
  private static final Set<String> FILE_KEYS =
      Set.of("about", "prefix", "optional", "words", "places", "rules");
  private static final Set<String> MOVE_KEYS =
      Set.of("source", "target", "transform", "if", "optional");

  public RuleFile {
    words = Map.copyOf(words);
    rules = List.copyOf(rules);
  }

  /**
   * Reads a rule file's text.
   *
   * @param name as messages call it
   */
  public static RuleFile parse(String name, String text) {
    Yaml file = Yaml.parse(name, text);
    if (file.isList()) {
      return new RuleFile(name, "", "", Map.of(), Optional.empty(), rules(file, false));
    }
    file.allowOnly(FILE_KEYS);
    boolean isOptional = file.find("optional").map(Yaml::isTrue).orElse(false);
    return new RuleFile(
        name,
        file.find("about").map(Yaml::text).orElse(""),
        file.find("prefix").map(Yaml::text).orElse(""),
        file.find("words").map(RuleFile::words).orElse(Map.of()),
        file.find("places").map(RuleFile::places),
        rules(file.get("rules"), isOptional));
  }

  private static Map<String, String> words(Yaml words) {
    Map<String, String> all = new LinkedHashMap<>();
    words.keys().forEach(key -> all.put(key, words.get(key).text()));
    return all;
  }

  private static Pattern places(Yaml text) {
    Pattern places = pattern(text);
    if (places.matcher("").groupCount() == 0) {
      throw text.unexpected("a group (...) that finds what is counted");
    }
    return places;
  }

  private static List<MappingRule> rules(Yaml list, boolean isOptional) {
    List<MappingRule> rules = new ArrayList<>();
    list.items().forEach(i -> rules.add(rule(i, isOptional)));
    return rules;
  }

  private static MappingRule rule(Yaml rule, boolean isOptional) {
    if (rule.find("drop").isPresent()) {
      rule.allowOnly(Set.of("drop", "reason"));
      String reason = rule.find("reason").map(Yaml::text).orElse("by " + rule.place());
      return new MappingRule.Drop(pattern(rule.get("drop")), reason, rule.place());
    }
    if (rule.find("keep").isPresent()) {
      rule.allowOnly(Set.of("keep"));
      return new MappingRule.Keep(pattern(rule.get("keep")), rule.place());
    }
    if (rule.find("fill").isPresent()) {
      rule.allowOnly(Set.of("fill", "target"));
      return new MappingRule.Fill(
          pattern(rule.get("target")), rule.get("fill").number(), rule.place());
    }
    rule.allowOnly(MOVE_KEYS);
    List<Yaml> sources = rule.get("source").oneOrMore();
    Optional<Yaml> transform = rule.find("transform");
    return new MappingRule.Move(
        pattern(sources.get(0)),
        sources.stream().skip(1).map(Yaml::text).toList(),
        rule.get("target").oneOrMore().stream().map(Yaml::text).toList(),
        transform.map(RuleFile::transforms).orElse(List.of()),
        rule.find("if").map(Yaml::text).orElse(""),
        rule.find("optional").map(Yaml::isTrue).orElse(isOptional),
        rule.place());
  }

  private static List<Transform> transforms(Yaml steps) {
    return steps.oneOrMore().stream().map(RuleFile::transform).toList();
  }

  /** {@code transpose}, or {@code gates: [1, 0, 2]}. */
  private static Transform transform(Yaml step) {
    try {
      if (!step.isMapping()) {
        return new Transform(step.text(), List.of());
      }
      List<String> keys = step.keys();
      if (keys.size() != 1) {
        throw step.unexpected("one transform and its numbers");
      }
      List<Yaml> numbers = step.get(keys.get(0)).oneOrMore();
      return new Transform(keys.get(0), numbers.stream().map(Yaml::number).toList());
    } catch (BadRequest e) {
      throw String.valueOf(e.getMessage()).startsWith("no transform")
          ? new BadRequest(step.place() + ": " + e.getMessage(), e)
          : e;
    }
  }

  private static Pattern pattern(Yaml text) {
    try {
      return Pattern.compile(text.text());
    } catch (PatternSyntaxException e) {
      throw new BadRequest(
          text.place() + ": \"" + text.text() + "\" is no regular expression: " + e.getMessage(),
          e);
    }
  }
}
