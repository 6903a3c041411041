package io.github.tf2torch.translate;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names that Python and {@code nn.Module} accept, and no two alike. */
public final class Identifiers {
  private static final Set<String> KEYWORDS =
      Set.of(
          "False",
          "None",
          "True",
          "and",
          "as",
          "assert",
          "async",
          "await",
          "break",
          "class",
          "continue",
          "def",
          "del",
          "elif",
          "else",
          "except",
          "finally",
          "for",
          "from",
          "global",
          "if",
          "import",
          "in",
          "is",
          "lambda",
          "nonlocal",
          "not",
          "or",
          "pass",
          "raise",
          "return",
          "try",
          "while",
          "with",
          "yield");

  /** The public attributes of {@code torch.nn.Module} in PyTorch 2.13. */
  private static final Set<String> MODULE_ATTRIBUTES =
      Set.of(
          "T_destination",
          "add_module",
          "apply",
          "bfloat16",
          "buffers",
          "call_super_init",
          "children",
          "compile",
          "cpu",
          "cuda",
          "double",
          "dump_patches",
          "eval",
          "extra_repr",
          "float",
          "forward",
          "get_buffer",
          "get_extra_state",
          "get_parameter",
          "get_submodule",
          "half",
          "ipu",
          "load_state_dict",
          "modules",
          "mtia",
          "named_buffers",
          "named_children",
          "named_modules",
          "named_parameters",
          "parameters",
          "register_backward_hook",
          "register_buffer",
          "register_forward_hook",
          "register_forward_pre_hook",
          "register_full_backward_hook",
          "register_full_backward_pre_hook",
          "register_load_state_dict_post_hook",
          "register_load_state_dict_pre_hook",
          "register_module",
          "register_parameter",
          "register_state_dict_post_hook",
          "register_state_dict_pre_hook",
          "requires_grad_",
          "set_extra_state",
          "set_submodule",
          "share_memory",
          "state_dict",
          "to",
          "to_empty",
          "train",
          "training",
          "type",
          "xpu",
          "zero_grad");

  /** What a forward method has in scope besides its own values. */
  private static final Set<String> IN_SCOPE = Set.of("self", "torch", "nn", "F", "max", "min");

  private Identifiers() {}

  /** One segment of a module's path. */
  public static String attribute(String name) {
    String clean = identifier(name);
    return MODULE_ATTRIBUTES.contains(clean) ? clean + "_" : clean;
  }

  /** A local value or argument. */
  static String local(String name) {
    String clean = identifier(name);
    return IN_SCOPE.contains(clean) ? clean + "_" : clean;
  }

  private static String identifier(String name) {
    String clean = name.replaceAll("[^A-Za-z0-9_]", "_");
    if (clean.isEmpty() || Character.isDigit(clean.charAt(0))) {
      clean = "_" + clean;
    }
    return KEYWORDS.contains(clean) ? clean + "_" : clean;
  }

  /** The segments of a variable's name: {@code a/b/kernel:0} has three. */
  public static List<String> segments(String variable) {
    String name = variable.replaceFirst(":\\d+$", "");
    return java.util.Arrays.stream(name.split("/")).filter(s -> !s.isEmpty()).toList();
  }

  /** Gives out names, a number added to one that is taken. */
  public static final class Unique {
    private final Set<String> taken = new HashSet<>();

    public String claim(String wanted) {
      String name = wanted;
      for (int i = 1; !taken.add(name); i++) {
        name = wanted + "_" + i;
      }
      return name;
    }

    boolean isTaken(String name) {
      return taken.contains(name);
    }
  }
}
