package io.github.tf2torch.read.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.problem.UnsupportedFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pickles that want to run something, take memory or never end. Each is refused with its reason,
 * nothing is looked up, and no more memory is taken than a few times the file.
 */
class HostilePickleTest {
  private static final long MOST_BYTES = 4 << 20;

  private static final String STORAGE = "(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" + "0";
  private static final String CPU = "X\3\0\0\0cpu";
  private static final String FOUR_FLOATS = STORAGE + CPU + "K\4tQ";
  private static final String TENSOR = "ctorch._utils\n_rebuild_tensor_v2\n";
  private static final String HOOKS = "\u0089ccollections\nOrderedDict\n)R";

  /** Runs something where a pickle is loaded in the usual way. */
  static Stream<Arguments> names() {
    return Stream.of(
            "os.system",
            "posix.system",
            "nt.system",
            "subprocess.Popen",
            "builtins.eval",
            "builtins.exec",
            "builtins.getattr",
            "builtins.__import__",
            "__builtin__.eval",
            "importlib.import_module",
            "functools.partial",
            "runpy._run_code",
            "webbrowser.open",
            "operator.attrgetter",
            "types.CodeType",
            "pickle.loads",
            "torch.load",
            "torch.hub.load",
            "torch.jit.load",
            "torch.storage._load_from_bytes",
            "torch.serialization.load",
            "torch._utils._import_dotted_name",
            "torch._utils.sys.modules",
            "collections.OrderedDict.fromkeys",
            "collections._sys",
            "numpy.core.multiarray._reconstruct",
            "numpy.core.multiarray.scalar",
            "joblib.load",
            "__main__.Model",
            "__torch__.Net",
            "torch.qscheme")
        .flatMap(
            name -> {
              String module = name.substring(0, name.lastIndexOf('.'));
              String attribute = name.substring(name.lastIndexOf('.') + 1);
              String call = "X\4\0\0\0echo\u0085R.";
              return Stream.of(
                  Arguments.of(name, "\u0080\2c" + module + "\n" + attribute + "\n" + call),
                  Arguments.of(
                      name,
                      "\u0080\4\u008c"
                          + (char) module.length()
                          + module
                          + "\u008c"
                          + (char) attribute.length()
                          + attribute
                          + "\u0093"
                          + call));
            });
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatCouldRunIsRefusedByName(String name, String pickle) {
    assertThatThrownBy(() -> load(pickle))
        .isInstanceOf(UnsupportedFile.class)
        .hasMessageContaining("x.pt: data.pkl @ 0x")
        .hasMessageContaining("refers to " + name);
  }

  static Stream<Arguments> attacks() {
    String bomb = "]q\0000" + "]h\0ah\0aq\0000".repeat(60) + "h\0.";
    return Stream.of(
        Arguments.of("INST", "(ios\nsystem\n.", "the opcode INST is not read"),
        Arguments.of("OBJ", "(cos\nsystem\no.", "refers to os.system"),
        Arguments.of("OBJ of a known class", "(ctorch\nSize\no.", "the opcode OBJ is not read"),
        Arguments.of("extension registry", "\u0082\1.", "the opcode EXT1 is not read"),
        Arguments.of("textual persistent id", "Pos.system\n.", "the opcode PERSID is not read"),
        Arguments.of("out-of-band buffer", "\u0097.", "the opcode NEXT_BUFFER is not read"),
        Arguments.of("NEWOBJ_EX", "ctorch\nSize\n)}\u0092.", "the opcode NEWOBJ_EX is not read"),
        Arguments.of("call of a text", "X\2\0\0\0os)R.", "REDUCE needs a function and a tuple"),
        Arguments.of("call without a tuple", "ctorch\nSize\nNR.", "and found torch.Size and None"),
        Arguments.of(
            "object of torch.Size", "ctorch\nSize\n)\u0081.", "makes an object of torch.Size"),
        Arguments.of(
            "nested call",
            "ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._tensor\n_rebuild_from_type_v2\n"
                + "ctorch\nTensor\n)}tR.",
            "_rebuild_from_type_v2 needs a function"),
        Arguments.of(
            "__setstate__",
            "ccollections\nOrderedDict\n)R}X\14\0\0\0__setstate__cos\nsystem\nsb.",
            "refers to os.system"),
        Arguments.of("state of a list", "]}b.", "gives a list the state a dict"),
        Arguments.of(
            "state of a tensor",
            TENSOR + "(" + FOUR_FLOATS + "K\0K\4\u0085K\1\u0085" + HOOKS + "tR(NNt\u0062.",
            "gives a tensor the state a tuple"),
        Arguments.of(
            "a list of lists, doubled 60 times", bomb, "nested deeper than any checkpoint"),
        Arguments.of("a list in itself", "]q\0h\0a.", "or holds itself"),
        Arguments.of("a dict in itself", "}q\0X\1\0\0\0ah\0s.", "or holds itself"),
        Arguments.of(
            "100 000 lists deep", "]".repeat(100_000) + "a".repeat(99_999) + ".", "nested deeper"),
        Arguments.of("a text of 4 GB", "X\u00ff\u00ff\u00ff\u00ffabc.", "4294967295 bytes are"),
        Arguments.of(
            "a text of 2^63",
            "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f.",
            "9223372036854775807 bytes are"),
        Arguments.of(
            "bytes of less than none",
            "\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff.",
            "18446744073709551615 bytes are"),
        Arguments.of("a str of -1", "T\u00ff\u00ff\u00ff\u00ff.", "bytes are expected here"),
        Arguments.of("an int of 2 GB", "\u008b\u00ff\u00ff\u00ff\u007f.", "2147483647 bytes are"),
        Arguments.of("an int of -1 bytes", "\u008b\u00ff\u00ff\u00ff\u00ff.", "bytes are expected"),
        Arguments.of("an unending name", "c" + "a".repeat(70_000) + "\n", "a line of more than"),
        Arguments.of("a memo that is not there", "h\7.", "the memo has no value 7"),
        Arguments.of("values below the mark", "N(\u0085.", "the stack has too few values"),
        Arguments.of("no mark", "N\u0074.", "a mark is missing"),
        Arguments.of("nothing to stop with", ".", "the stack has too few values"),
        Arguments.of("values left over", "NN.", "1 values left over"),
        Arguments.of("no end", "N", "1 bytes are expected here, but 0 are left"),
        Arguments.of("no opcode", "\u00fe.", "0xfe is no opcode"),
        Arguments.of("protocol 77", "\u0080M.", "pickle protocol 77 is not read"),
        Arguments.of("an item of a text", "X\1\0\0\0aNa.", "APPEND needs a list and found a str"),
        Arguments.of("a key without a value", "}(Nu.", "a key without a value"),
        Arguments.of("a name that is no text", "NN\u0093.", "STACK_GLOBAL needs two texts"),
        Arguments.of("a name that is no UTF-8", "X\1\0\0\0\u00ff.", "a text is not UTF-8"),
        Arguments.of("id: a text", "X\7\0\0\0storageQ.", "a persistent id that is not"),
        Arguments.of("id: a module", "(X\6\0\0\0modulectorch\nSize\nNNtQ.", "a persistent id"),
        Arguments.of("id: too short", STORAGE + "tQ.", "a persistent id that is not"),
        Arguments.of(
            "id: -1 elements",
            STORAGE + CPU + "J\u00ff\u00ff\u00ff\u00fftQ.",
            "a storage of -1 elements"),
        Arguments.of(
            "id: more bytes than numbers",
            STORAGE + CPU + "\u008a\10\0\0\0\0\0\0\0\u0070tQ.",
            "a storage of 80704"),
        Arguments.of(
            "id: two sizes of one storage",
            FOUR_FLOATS + STORAGE + CPU + "K\5tQ\u0086.",
            "and had 4 of float32 before"),
        Arguments.of(
            "id: part of another",
            STORAGE + CPU + "K\4(X\1\0\0\0" + "1K\0K\1ttQ.",
            "is part of another"),
        Arguments.of(
            "tensor: beyond its storage",
            tensor("K\1", "K\4\u0085", "K\1\u0085"),
            "does not lie in storage \"0\" of 16 bytes"),
        Arguments.of(
            "tensor: offset that wraps",
            tensor(
                "\u008a\10\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f",
                "K\4\u0085",
                "K\1\u0085"),
            "does not lie in storage"),
        Arguments.of(
            "tensor: size that wraps",
            tensor("K\0", "\u008a\10\0\0\0\0\0\0\0\20K\20\u0086", "K\0K\0\u0086"),
            "does not lie in storage"),
        Arguments.of(
            "tensor: 16 bytes expanded to 4 TB",
            tensor("K\0", "\u008a\6\0\0\0\0\0\1\u0085", "K\0\u0085"),
            "does not lie in storage"),
        Arguments.of(
            "tensor: negative stride",
            tensor("K\3", "K\4\u0085", "J\u00ff\u00ff\u00ff\u00ff\u0085"),
            "a size or stride that is not"),
        Arguments.of(
            "tensor: one stride for two axes",
            tensor("K\0", "K\2K\2\u0086", "K\1\u0085"),
            "a tensor of size [2, 2], strides [1]"),
        Arguments.of(
            "tensor: 70 axes",
            tensor("K\0", "(" + "K\1".repeat(70) + "t", "(" + "K\1".repeat(70) + "t"),
            "a size or stride that is not a short tuple"),
        Arguments.of("tensor: no storage", TENSOR + "(NK\0))" + HOOKS + "tR.", "needs a storage"));
  }

  private static String tensor(String offset, String size, String strides) {
    return TENSOR + "(" + FOUR_FLOATS + offset + size + strides + HOOKS + "tR.";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void theAttackIsRefused(String what, String pickle, String message) {
    assertThatThrownBy(() -> load("\u0080\2" + pickle))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("x.pt: data.pkl")
        .hasMessageContaining(message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void noMemoryIsTakenForIt(String what, String pickle, String message) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    assertThatThrownBy(() -> load("\u0080\2" + pickle)).isInstanceOf(Problem.class);
    long taken = threads.getThreadAllocatedBytes(thread) - before;
    assertThat(taken).isLessThan(MOST_BYTES + 200L * pickle.length());
  }

  @Test
  void manySmallListsTakeNoMoreThanTheyAreWorth() {
    String pickle = "\u0080\2(" + "]".repeat(1_000_000) + "t.";
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    assertThat(catching(() -> load(pickle))).isTrue();
    assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(200L << 20);
  }

  private interface Loading {
    void run() throws IOException;
  }

  private static boolean catching(Loading loading) {
    try {
      loading.run();
      return true;
    } catch (DamagedFile | IOException e) {
      return false;
    }
  }

  private static StateDict load(String pickle) throws IOException {
    byte[] bytes = pickle.getBytes(StandardCharsets.ISO_8859_1);
    String place = "x.pt: data.pkl";
    PickleInput in = PickleInput.of(place, bytes);
    return StateDict.of(new Unpickler(in, new TorchGlobals(false)).load(), place, bytes.length);
  }
}
