package io.github.tf2torch.translate;

import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.LayerRuleSet;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.RuleSet;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.zip.ZipFile;

/** Rules that a user has written, beside those that ship. */
public record UserRules(List<LayerRule> layers, List<OpRule> ops) {
  public UserRules {
    layers = List.copyOf(layers);
    ops = List.copyOf(ops);
  }

  public static UserRules none() {
    return new UserRules(List.of(), List.of());
  }

  /** Of layers alone. */
  public static UserRules of(LayerRule... layers) {
    return new UserRules(List.of(layers), List.of());
  }

  /**
   * The rules that jars name in {@code META-INF/services}. Each jar has a class loader of its own,
   * so that what it brings along meets nothing of the tool's; it stays open, since a rule may load
   * more classes at any time.
   *
   * @throws BadRequest where a jar is none, can't be loaded, or has no rules
   */
  public static UserRules load(List<Path> jars) {
    if (jars.isEmpty()) {
      return none();
    }
    List<LayerRule> layers = new ArrayList<>();
    List<OpRule> ops = new ArrayList<>();
    for (Path jar : jars) {
      requireJar(jar);
      ClassLoader loader = loader(jar);
      List<LayerRule> ofLayers = services(LayerRule.class, loader, jar);
      List<OpRule> ofOps = services(OpRule.class, loader, jar);
      if (ofLayers.isEmpty() && ofOps.isEmpty()) {
        throw refused(
            jar,
            "names no rule; add META-INF/services/"
                + LayerRule.class.getName()
                + " (or "
                + OpRule.class.getSimpleName()
                + ") with the rule's class in it");
      }
      layers.addAll(ofLayers);
      ops.addAll(ofOps);
    }
    UserRules rules = new UserRules(layers, ops);
    rules.withInstalledLayers();
    rules.withInstalledOps();
    return rules;
  }

  private static void requireJar(Path jar) {
    if (!Files.isRegularFile(jar)) {
      throw refused(jar, "there is no such file; give the jar that holds your rules");
    }
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      zip.size();
    } catch (IOException e) {
      throw refused(jar, "is no jar, or damaged: " + e.getMessage());
    }
  }

  private static ClassLoader loader(Path jar) {
    try {
      return new URLClassLoader(new URL[] {jar.toUri().toURL()}, UserRules.class.getClassLoader());
    } catch (MalformedURLException e) {
      throw refused(jar, String.valueOf(e.getMessage()));
    }
  }

  private static <T> List<T> services(Class<T> kind, ClassLoader loader, Path jar) {
    try {
      return ServiceLoader.load(kind, loader).stream()
          .filter(p -> p.type().getClassLoader() == loader)
          .map(ServiceLoader.Provider::get)
          .toList();
    } catch (ServiceConfigurationError | LinkageError e) {
      Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
      throw refused(jar, "its rules can't be loaded: " + e.getMessage() + because(e, cause));
    }
  }

  private static String because(Throwable error, Throwable cause) {
    return error == cause ? "" : ", because of " + cause;
  }

  private static BadRequest refused(Path jar, String why) {
    return new BadRequest("--plugin " + jar + ": " + why);
  }

  /**
   * With the rules of layers that ship.
   *
   * @throws BadRequest where two are for one layer
   */
  LayerRuleSet withInstalledLayers() {
    LayerRuleSet installed = LayerRuleSet.installed();
    for (int i = 0; i < layers.size(); i++) {
      for (String layer : layers.get(i).layers()) {
        LayerRule own = layers.get(i);
        Object other =
            layers.subList(0, i).stream()
                .filter(r -> r.layers().contains(layer))
                .findFirst()
                .or(() -> installed.rule(layer))
                .orElse(own);
        requireOne("layer " + layer, own, other);
      }
    }
    return installed.with(layers);
  }

  /**
   * With the rules of ops that ship.
   *
   * @throws BadRequest where two are for one op
   */
  RuleSet withInstalledOps() {
    RuleSet installed = RuleSet.installed();
    for (int i = 0; i < ops.size(); i++) {
      for (String op : ops.get(i).ops()) {
        OpRule own = ops.get(i);
        Object other =
            ops.subList(0, i).stream()
                .filter(r -> r.ops().contains(op))
                .findFirst()
                .or(() -> installed.rule(op))
                .orElse(own);
        requireOne("op " + op, own, other);
      }
    }
    return installed.with(ops);
  }

  private static void requireOne(String what, Object own, Object other) {
    if (own != other) {
      throw new BadRequest(
          "two rules for "
              + what
              + ": "
              + own.getClass().getName()
              + " of a plugin and "
              + other.getClass().getName()
              + "; leave one out, or name your layer otherwise");
    }
  }
}
