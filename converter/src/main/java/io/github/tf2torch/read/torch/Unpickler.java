package io.github.tf2torch.read.torch;

import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.read.torch.PickleValue.Dict;
import io.github.tf2torch.read.torch.PickleValue.Global;
import io.github.tf2torch.read.torch.PickleValue.Items;
import io.github.tf2torch.read.torch.PickleValue.None;
import io.github.tf2torch.read.torch.PickleValue.Other;
import io.github.tf2torch.read.torch.PickleValue.Real;
import io.github.tf2torch.read.torch.PickleValue.Text;
import io.github.tf2torch.read.torch.PickleValue.Truth;
import io.github.tf2torch.read.torch.PickleValue.Tuple;
import io.github.tf2torch.read.torch.PickleValue.Whole;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what a pickle describes and runs none of it: names of classes and functions are compared
 * with a short list, {@code REDUCE} answers what the known ones would, everything else is refused
 * by name. What it takes grows with the bytes read, never with a number in them.
 *
 * <p>Opcodes as in CPython's {@code Lib/pickle.py}.
 */
final class Unpickler {
  /** A checkpoint of 100 000 tensors takes about 4 million. */
  private static final long MOST_OPCODES = 30_000_000;

  private static final int HIGHEST_PROTOCOL = 5;

  private final PickleInput in;
  private final TorchGlobals globals;
  private final List<PickleValue> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final Map<Long, PickleValue> memo = new HashMap<>();

  Unpickler(PickleInput in, TorchGlobals globals) {
    this.in = in;
    this.globals = globals;
  }

  /** The value of the pickle that begins at the input's position, which is left behind it. */
  PickleValue load() throws IOException {
    for (long count = 0; count < MOST_OPCODES; count++) {
      int code = in.unsignedByte();
      Optional<Opcode> opcode = Opcode.of(code);
      if (opcode.isEmpty()) {
        throw in.damaged("0x" + Integer.toHexString(code) + " is no opcode of a pickle");
      }
      if (opcode.get() == Opcode.STOP) {
        return result();
      }
      run(opcode.get());
    }
    throw new UnsupportedFile(
        in.at() + "a pickle of more than " + MOST_OPCODES + " opcodes is not read");
  }

  private PickleValue result() {
    PickleValue value = pop();
    if (!stack.isEmpty() || !marks.isEmpty()) {
      throw in.damaged("the pickle ends with " + stack.size() + " values left over");
    }
    return value;
  }

  private void run(Opcode opcode) throws IOException {
    switch (opcode) {
      case PROTO -> protocol(in.unsignedByte());
      case FRAME -> in.int64();
      case MARK -> marks.push(stack.size());
      case POP -> discard();
      case POP_MARK -> popMark();
      case DUP -> push(top());
      case NONE -> push(new None());
      case NEWTRUE -> push(new Truth(true));
      case NEWFALSE -> push(new Truth(false));
      case BININT -> push(new Whole(in.int32()));
      case BININT1 -> push(new Whole(in.unsignedByte()));
      case BININT2 -> push(new Whole(in.unsignedShort()));
      case LONG1 -> wholeNumber(in.unsignedByte());
      case LONG4 -> wholeNumber(in.int32());
      case BINFLOAT -> push(new Real(in.bigEndianDouble()));
      case BINUNICODE -> push(new Text(in.text(in.unsignedInt())));
      case SHORT_BINUNICODE -> push(new Text(in.text(in.unsignedByte())));
      case BINUNICODE8 -> push(new Text(in.text(in.int64())));
      case SHORT_BINSTRING -> push(new Text(in.latinText(in.unsignedByte())));
      case BINSTRING -> push(new Text(in.latinText(in.int32())));
      case BINBYTES -> bytes(in.unsignedInt());
      case SHORT_BINBYTES -> bytes(in.unsignedByte());
      case BINBYTES8, BYTEARRAY8 -> bytes(in.int64());
      case EMPTY_TUPLE -> push(new Tuple(List.of()));
      case TUPLE -> push(new Tuple(popMark()));
      case TUPLE1 -> push(new Tuple(pop(1)));
      case TUPLE2 -> push(new Tuple(pop(2)));
      case TUPLE3 -> push(new Tuple(pop(3)));
      case EMPTY_LIST, EMPTY_SET -> push(new Items());
      case LIST, FROZENSET -> items(popMark());
      case APPEND -> append(opcode, pop(1));
      case APPENDS, ADDITEMS -> append(opcode, popMark());
      case EMPTY_DICT -> push(new Dict());
      case DICT -> dict(popMark());
      case SETITEM -> set(opcode, pop(2));
      case SETITEMS -> set(opcode, popMark());
      case BINPUT -> memo.put((long) in.unsignedByte(), top());
      case LONG_BINPUT -> memo.put(in.unsignedInt(), top());
      case MEMOIZE -> memo.put((long) memo.size(), top());
      case BINGET -> recall(in.unsignedByte());
      case LONG_BINGET -> recall(in.unsignedInt());
      case GLOBAL -> push(globals.named(new Global(in.line(), in.line()), in));
      case STACK_GLOBAL -> stackGlobal();
      case BINPERSID -> push(globals.storage(pop(), in));
      case REDUCE -> reduce();
      case NEWOBJ -> newObject();
      case BUILD -> build();
      default ->
          throw new UnsupportedFile(
              in.at() + "the opcode " + opcode + " is not read; torch.save does not write it");
    }
  }

  private void protocol(int version) {
    if (version > HIGHEST_PROTOCOL) {
      throw new UnsupportedFile(in.at() + "pickle protocol " + version + " is not read");
    }
  }

  private void wholeNumber(int length) throws IOException {
    if (length < 0 || length > 8) {
      in.skip(length);
      push(new Other("an int of " + length + " bytes"));
      return;
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (long) in.unsignedByte() << (8 * i);
    }
    int unused = 64 - 8 * length;
    push(new Whole(length == 0 ? 0 : value << unused >> unused));
  }

  private void bytes(long length) throws IOException {
    in.skip(length);
    push(new Other("bytes"));
  }

  private void items(List<PickleValue> values) {
    Items items = new Items();
    items.values.addAll(values);
    push(items);
  }

  private void append(Opcode opcode, List<PickleValue> values) {
    if (!(top() instanceof Items items)) {
      throw in.damaged(opcode + " needs a list and found " + top().kind());
    }
    items.values.addAll(values);
  }

  private void dict(List<PickleValue> values) {
    push(new Dict());
    set(Opcode.DICT, values);
  }

  private void set(Opcode opcode, List<PickleValue> keysAndValues) {
    if (!(top() instanceof Dict dict)) {
      throw in.damaged(opcode + " needs a dict and found " + top().kind());
    }
    if (keysAndValues.size() % 2 != 0) {
      throw in.damaged(opcode + " has a key without a value");
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      dict.entries.put(keysAndValues.get(i), keysAndValues.get(i + 1));
    }
  }

  private void recall(long index) {
    PickleValue value = memo.get(index);
    if (value == null) {
      throw in.damaged("the memo has no value " + index);
    }
    push(value);
  }

  private void stackGlobal() {
    List<PickleValue> names = pop(2);
    if (names.get(0) instanceof Text module && names.get(1) instanceof Text name) {
      push(globals.named(new Global(module.value(), name.value()), in));
    } else {
      throw in.damaged("STACK_GLOBAL needs two texts and found " + kinds(names));
    }
  }

  private void reduce() {
    List<PickleValue> call = pop(2);
    if (call.get(0) instanceof Global function && call.get(1) instanceof Tuple arguments) {
      push(globals.call(function, arguments.items, in));
    } else {
      throw in.damaged("REDUCE needs a function and a tuple and found " + kinds(call));
    }
  }

  private void newObject() {
    List<PickleValue> call = pop(2);
    if (call.get(0) instanceof Global type && call.get(1) instanceof Tuple) {
      push(globals.object(type, in));
    } else {
      throw in.damaged("NEWOBJ needs a class and a tuple and found " + kinds(call));
    }
  }

  /** Attributes of a dict, such as a state_dict's {@code _metadata}, hold nothing to read. */
  private void build() {
    PickleValue state = pop();
    if (!(top() instanceof Dict object) || !(state instanceof Dict attributes)) {
      throw new UnsupportedFile(
          in.at() + "gives " + top().kind() + " the state " + state.kind() + ", which is not read");
    }
    if (!object.className.isEmpty()) {
      object.entries.putAll(attributes.entries);
    }
  }

  private void push(PickleValue value) {
    stack.add(value);
  }

  private PickleValue top() {
    checkDepth(1);
    return stack.get(stack.size() - 1);
  }

  private PickleValue pop() {
    checkDepth(1);
    return stack.remove(stack.size() - 1);
  }

  private List<PickleValue> pop(int count) {
    checkDepth(count);
    return cut(stack.size() - count);
  }

  private List<PickleValue> popMark() {
    if (marks.isEmpty()) {
      throw in.damaged("a mark is missing");
    }
    return cut(marks.pop());
  }

  private List<PickleValue> cut(int from) {
    List<PickleValue> tail = stack.subList(from, stack.size());
    List<PickleValue> values = List.copyOf(tail);
    tail.clear();
    return values;
  }

  private void discard() {
    if (!marks.isEmpty() && marks.peek() == stack.size()) {
      marks.pop();
    } else {
      pop();
    }
  }

  /** Values below the last mark are out of reach. */
  private void checkDepth(int count) {
    int floor = marks.isEmpty() ? 0 : marks.peek();
    if (stack.size() - floor < count) {
      throw in.damaged("the stack has too few values");
    }
  }

  private static String kinds(List<PickleValue> values) {
    return values.get(0).kind() + " and " + values.get(1).kind();
  }
}
