package io.github.tf2torch.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.tf2torch.convert.ShippedRules;
import io.github.tf2torch.rules.mapping.RuleFile;
import io.github.tf2torch.rules.mapping.Transform;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tf2torch rules}: the sets of rules that ship. */
@picocli.CommandLine.Command(
    name = "rules",
    mixinStandardHelpOptions = true,
    header = "List the rule sets for well-known checkpoints.",
    description = {
      "",
      "A set says where the variables of a checkpoint go in a PyTorch model. convert --like TARGET"
          + " chooses the set that fits; --rules NAME names one, --rules FILE takes your own.",
      "",
      "A file of rules is YAML:",
      "",
      "  rules:",
      "  - source: 'bert/encoder/layer_(\\d+)/output/dense/kernel'",
      "    target: 'encoder.layer.$1.output.dense.weight'",
      "    transform: transpose",
      "  - drop: 'global_step'",
      "    reason: step counter",
      "  - keep: '.*\\.position_ids'",
      "  - target: '.*\\.running_mean'",
      "    fill: 0",
      "",
      "A variable goes by the first rule whose regular expression matches its whole name. In"
          + " targets, $$1 is what the first group found, $${1-2} that number less two. Several"
          + " sources, named in a list with $$1, make one tensor (concat, minus); several targets"
          + " in a list share one (split, unstack), or hold the same. Without a transform, the"
          + " graph or the name says how, with the target's shape as judge.",
      "",
      "optional: true leaves a variable out where the target has no such tensor; if: NAME asks for"
          + " a variable beside. What rules leave goes by the set that fits it, then by structure.",
      ""
    })
final class RulesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "print them for programs")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    List<RuleFile> sets = ShippedRules.all();
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? json(sets) : text(sets));
    out.flush();
    return ExitStatus.MATCH;
  }

  private static String text(List<RuleFile> sets) {
    int width = sets.stream().mapToInt(s -> s.name().length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (RuleFile set : sets) {
      text.append(
          String.format(Locale.ROOT, "%-" + (width + 2) + "s%s%n", set.name(), set.about()));
    }
    text.append(String.format("%ntransform: NAME, NAME: numbers, or a list of such%n"));
    Transform.usages()
        .forEach(
            (name, usage) ->
                text.append(String.format(Locale.ROOT, "%-" + (width + 2) + "s%s%n", name, usage)));
    return text.toString();
  }

  private static String json(List<RuleFile> sets) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    sets.forEach(
        s ->
            all.addObject()
                .put("name", s.name())
                .put("about", s.about())
                .put("rules", s.rules().size()));
    return all.toPrettyString() + "\n";
  }
}
