package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.read.keras.KerasFile;
import io.github.tf2torch.rules.LayerRuleSet;
import io.github.tf2torch.translate.TranslationOptions;
import io.github.tf2torch.translate.Translator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What becomes of every layer and function of Keras, as the lists in {@code catalogue} name them:
 * how often its answers are recorded, or what is said where it is refused.
 */
final class KerasCatalogue {
  private static final Pattern REFUSED = Pattern.compile("(?m)^  \\S+ \\((\\w+)\\): (.*)$");

  /** Functions whose configuration has a type, as those of layers do. */
  private static final Set<String> OF_TYPES = Set.of("Cast", "OneHot", "MultiHot", "FullLike");

  private final LayerRuleSet rules = LayerRuleSet.installed();
  private final Map<String, Integer> layers = new HashMap<>();
  private final Map<String, Integer> functions = new HashMap<>();
  private final TfModel anyModel;

  private KerasCatalogue(Collection<String> families) {
    TfModel last = null;
    for (String family : families) {
      try (KerasFile file = KerasFile.open(Recorded.model(family), ReadOptions.defaults())) {
        last = file.model();
        KerasModel model = last.keras().orElseThrow();
        count(model.root(), KerasVersion.of(model.version(), model.backend()).major() >= 3);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    this.anyModel = java.util.Objects.requireNonNull(last);
  }

  /** By the families of recorded answers that rules are held to. */
  static KerasCatalogue of(Collection<String> families) {
    return new KerasCatalogue(families);
  }

  private void count(Layer layer, boolean hasFunctions) {
    boolean isLayer =
        !hasFunctions
            || layer.config().get("trainable").isPresent()
            || layer.config().get("dtype").isPresent() && !OF_TYPES.contains(layer.className())
            || layer.className().equals("Pipeline")
            || layer.className().equals("InputLayer")
            || Network.isModel(layer);
    (isLayer ? layers : functions).merge(layer.className(), 1, Integer::sum);
    layer.layers().forEach(part -> count(part, hasFunctions));
  }

  int recordedLayers(String className) {
    return layers.getOrDefault(className, 0);
  }

  int recordedFunctions(String className) {
    return functions.getOrDefault(className, 0);
  }

  boolean hasRule(String className) {
    return className.equals("InputLayer") || rules.rule(className).isPresent();
  }

  /** What the converter says of a model with such a layer, or such a function. */
  String refusal(String className, boolean isFunction) {
    Map<String, Config> settings = new LinkedHashMap<>();
    settings.put("name", new Config.Text("it"));
    if (!isFunction) {
      settings.put("trainable", new Config.Bool(true));
    }
    settings.put(
        "batch_input_shape", new Config.Items(List.of(new Config.Absent(), new Config.Whole(3))));
    Config config = new Config.Fields(settings);
    Layer layer = new Layer(className, "it", config, List.of(), List.of(), List.of());
    Config empty = new Config.Fields(Map.of());
    Layer root = new Layer("Sequential", "model", empty, List.of(), List.of(), List.of(layer));
    KerasModel model =
        new KerasModel(root, List.of(), List.of(), new Config.Absent(), "3.15.1", "tensorflow");
    try {
      Translator.translate(RuleRun.with(anyModel, model), new TranslationOptions("M", true, true));
    } catch (UnsupportedOperation e) {
      Matcher line = REFUSED.matcher(e.getMessage());
      return line.find() ? line.group(2) : e.getMessage();
    }
    throw new AssertionError(className + " is carried without a rule");
  }

  /** The lines of a list, as its first word and the others. */
  static Map<String, List<String>> list(String name) {
    Map<String, List<String>> all = new TreeMap<>();
    try {
      Path file = Path.of(KerasCatalogue.class.getResource("/catalogue/" + name).toURI());
      for (String line : Files.readAllLines(file)) {
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        all.put(words.remove(0), words);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (java.net.URISyntaxException e) {
      throw new AssertionError(e);
    }
    return all;
  }
}
