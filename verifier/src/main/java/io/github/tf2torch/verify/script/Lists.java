package io.github.tf2torch.verify.script;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Lists, tuples, dicts and texts. Several names may stand for one list, which code changes. */
final class Lists {
  /** Far more than any network's code holds in one. */
  private static final int LONGEST = 1_000_000;

  /** What answers something and changes nothing. */
  static final Set<String> QUESTIONS =
      Set.of("len", "__contains__", "__getitem__", "slice", "copy", "list", "index", "format");

  private static final Set<String> CHANGES =
      Set.of(
          "append",
          "extend",
          "insert",
          "pop",
          "clear",
          "reverse",
          "_set_item",
          "keys",
          "values",
          "items",
          "get",
          "update");

  private Lists() {}

  /** Empty where it is something else that is called. */
  static Optional<Value> changed(String name, List<Value> arguments) {
    if (!CHANGES.contains(name) || arguments.isEmpty()) {
      return Optional.empty();
    }
    Value held = arguments.get(0);
    if (held instanceof Value.Entries entries) {
      return Optional.of(dict(name, entries.values(), arguments));
    }
    if (held instanceof Value.Items items && !items.isTuple) {
      return Optional.of(list(name, items.values, arguments));
    }
    return Optional.empty();
  }

  private static Value dict(String name, Map<String, Value> entries, List<Value> arguments) {
    return switch (name) {
      case "_set_item" -> {
        entries.put(key(arguments.get(1)), arguments.get(2));
        yield new Value.Nothing();
      }
      case "update" -> {
        if (!(arguments.get(1) instanceof Value.Entries more)) {
          throw new UnreadScript("a dict is updated by what is no dict");
        }
        entries.putAll(more.values());
        yield new Value.Nothing();
      }
      case "keys" -> new Value.Items(entries.keySet().stream().map(Lists::text).toList(), false);
      case "values" -> new Value.Items(List.copyOf(entries.values()), false);
      case "items" ->
          new Value.Items(
              entries.entrySet().stream()
                  .map(e -> (Value) new Value.Items(List.of(text(e.getKey()), e.getValue()), true))
                  .toList(),
              false);
      case "get" -> {
        Value byDefault = arguments.size() > 2 ? arguments.get(2) : new Value.Nothing();
        yield entries.getOrDefault(key(arguments.get(1)), byDefault);
      }
      default -> throw new UnreadScript(name + " of a dict is not followed");
    };
  }

  private static Value text(String value) {
    return new Value.Text(value);
  }

  private static String key(Value value) {
    if (value instanceof Value.Text text) {
      return text.value();
    }
    throw new UnreadScript("a dict has a key that is no text");
  }

  private static Value list(String name, List<Value> values, List<Value> arguments) {
    Optional<Value> answer = Optional.empty();
    switch (name) {
      case "append" -> values.add(arguments.get(1));
      case "extend" -> values.addAll(List.copyOf(items(arguments.get(1)).values));
      case "insert" -> {
        long at = counted(Numbers.whole(arguments.get(1)), values.size());
        values.add((int) clamped(at, values.size()), arguments.get(2));
      }
      case "pop" -> {
        long at = arguments.size() > 1 ? Numbers.whole(arguments.get(1)) : -1;
        answer = Optional.of(values.remove(place(at, values.size())));
      }
      case "clear" -> values.clear();
      case "reverse" -> Collections.reverse(values);
      case "_set_item" ->
          values.set(place(Numbers.whole(arguments.get(1)), values.size()), arguments.get(2));
      default -> throw new UnreadScript(name + " of a list is not followed");
    }
    if (values.size() > LONGEST) {
      throw new UnreadScript("a list has more than " + LONGEST + " elements");
    }
    return answer.orElseGet(Value.Nothing::new);
  }

  /** Of one of the questions; nothing in the arguments is open. */
  static Value answer(String name, List<Value> a) {
    return switch (name) {
      case "len" -> new Value.Whole(length(a.get(0)));
      case "__contains__" -> new Value.Truth(contains(a.get(0), a.get(1)));
      case "__getitem__" -> item(a.get(0), a.get(1));
      case "slice" -> slice(items(a.get(0)), a);
      case "copy", "list" -> copy(a.get(0));
      case "index" -> index(items(a.get(0)), a.get(1));
      case "format" -> format(a);
      default -> throw new AssertionError("no case for " + name);
    };
  }

  /** {@code object[index]}. */
  static Value item(Value object, Value index) {
    Value held = Numbers.known(object);
    if (held instanceof Value.Items items) {
      return items.values.get(place(Numbers.whole(index), items.values.size()));
    }
    if (held instanceof Value.Entries entries) {
      String key = key(index);
      return Optional.ofNullable(entries.values().get(key))
          .orElseThrow(() -> new UnreadScript("a dict has no " + key));
    }
    throw new UnreadScript("an element of what is no list");
  }

  /** {@code a + b} or {@code a * count}. */
  static Value arithmetic(String name, List<Value> a) {
    if (name.equals("add")
        && a.get(0) instanceof Value.Text x
        && a.get(1) instanceof Value.Text y) {
      return new Value.Text(x.value() + y.value());
    }
    if (name.equals("add")
        && a.get(0) instanceof Value.Items x
        && a.get(1) instanceof Value.Items y) {
      List<Value> joined = new ArrayList<>(x.values);
      joined.addAll(y.values);
      return new Value.Items(joined, x.isTuple);
    }
    if (name.equals("mul")
        && a.get(0) instanceof Value.Items x
        && a.get(1) instanceof Value.Whole n) {
      long count = Math.max(0, n.value());
      if (!x.values.isEmpty() && count > LONGEST / x.values.size()) {
        throw new UnreadScript("a list has more than " + LONGEST + " elements");
      }
      List<Value> repeated = new ArrayList<>();
      for (long i = 0; i < count; i++) {
        repeated.addAll(x.values);
      }
      return new Value.Items(repeated, x.isTuple);
    }
    throw new UnreadScript(name + " of lists is not followed");
  }

  private static Value.Items items(Value value) {
    if (Numbers.known(value) instanceof Value.Items items) {
      return items;
    }
    throw new UnreadScript("a list is expected where there is none");
  }

  private static long length(Value value) {
    if (value instanceof Value.Text text) {
      return text.value().codePointCount(0, text.value().length());
    }
    return value instanceof Value.Entries entries
        ? entries.values().size()
        : items(value).values.size();
  }

  private static boolean contains(Value all, Value one) {
    return all instanceof Value.Entries entries
        ? entries.values().containsKey(key(one))
        : items(all).values.stream().anyMatch(v -> Numbers.isSame(Numbers.known(v), one));
  }

  private static Value index(Value.Items items, Value one) {
    for (int i = 0; i < items.values.size(); i++) {
      if (Numbers.isSame(Numbers.known(items.values.get(i)), one)) {
        return new Value.Whole(i);
      }
    }
    throw new UnreadScript("a list is asked for the place of what it has not");
  }

  private static Value copy(Value value) {
    if (value instanceof Value.Entries entries) {
      return new Value.Entries(new LinkedHashMap<>(entries.values()));
    }
    Value.Items items = items(value);
    return new Value.Items(items.values, items.isTuple);
  }

  /** As Python does: {@code list[start:end:step]}, with what is beyond an end cut. */
  private static Value slice(Value.Items items, List<Value> a) {
    int size = items.values.size();
    long step = bound(a, 3, 1);
    if (step < 1) {
      throw new UnreadScript("a list is taken backwards");
    }
    long start = clamped(counted(bound(a, 1, 0), size), size);
    long end = clamped(counted(bound(a, 2, size), size), size);
    List<Value> part = new ArrayList<>();
    for (long i = start; i < end; i += Math.min(step, size)) {
      part.add(items.values.get((int) i));
    }
    return new Value.Items(part, items.isTuple);
  }

  private static long bound(List<Value> a, int at, long byDefault) {
    return at >= a.size() || a.get(at) instanceof Value.Nothing
        ? byDefault
        : Numbers.whole(a.get(at));
  }

  private static long counted(long at, int size) {
    return at < 0 ? at + size : at;
  }

  private static long clamped(long at, int size) {
    return Math.max(0, Math.min(size, at));
  }

  private static int place(long index, int size) {
    long at = counted(index, size);
    if (at < 0 || at >= size) {
      throw new UnreadScript("the element " + index + " of a list of " + size);
    }
    return (int) at;
  }

  private static Value format(List<Value> a) {
    if (!(a.get(0) instanceof Value.Text text)) {
      throw new UnreadScript("a text is made of what is none");
    }
    StringBuilder made = new StringBuilder(text.value());
    int from = 0;
    for (Value part : a.subList(1, a.size())) {
      int at = made.indexOf("{}", from);
      if (at < 0 || !(part instanceof Value.Text || part instanceof Value.Whole)) {
        throw new UnreadScript("a text that only a run tells");
      }
      String written =
          part instanceof Value.Text t ? t.value() : Long.toString(((Value.Whole) part).value());
      made.replace(at, at + 2, written);
      from = at + written.length();
    }
    return new Value.Text(made.toString());
  }
}
