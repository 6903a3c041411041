package io.github.tf2torch.verify.engine;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.PointerScope;
import org.tensorflow.TensorFlow;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.KernelDef;
import org.tensorflow.proto.KernelList;
import org.tensorflow.proto.OpDef;

/** The native half of TensorFlow, loaded once a process, and what it knows of its operations. */
final class TensorFlowLibrary {
  /** A kernel for {@code DEFAULT} runs on every device. */
  private static final Set<String> CPU_DEVICES = Set.of("CPU", "DEFAULT");

  private final String version;
  private final Map<String, String> environment;
  private final Map<String, OpDef> ops = new ConcurrentHashMap<>();
  private final Map<String, KernelList> kernels = new ConcurrentHashMap<>();

  private TensorFlowLibrary(String version, Map<String, String> environment) {
    this.version = version;
    this.environment = environment;
  }

  /** Loads TensorFlow if this process has not yet. */
  static TensorFlowLibrary load() {
    try {
      return Loaded.LIBRARY;
    } catch (LinkageError e) {
      throw unavailable(e);
    }
  }

  /** A process loads its libraries once, whatever Java does. */
  private static final class Loaded {
    static final TensorFlowLibrary LIBRARY = loadNow();
  }

  private static TensorFlowLibrary loadNow() {
    Map<String, String> environment = ProcessEnvironment.set(ProcessEnvironment.TENSORFLOW);
    TensorFlowLibrary library = new TensorFlowLibrary(TensorFlow.version(), environment);
    TensorFlowLog.spendFirstSession();
    TensorFlow.registeredOpList().getOpList().forEach(op -> library.ops.put(op.getName(), op));
    return library;
  }

  private static EngineUnavailable unavailable(Throwable e) {
    return new EngineUnavailable(
        "TensorFlow does not start on "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + ": "
            + rootMessage(e)
            + "; verify runs on linux-x86_64, linux-aarch64 and macosx-arm64, and unpacks its"
            + " libraries (700 MB) to ~/.javacpp/cache",
        e);
  }

  private static String rootMessage(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  String version() {
    return version;
  }

  /** The environment variables that it was loaded under. */
  Map<String, String> environment() {
    return environment;
  }

  /** The definition of an operation; the default instance for a function of the graph's library. */
  OpDef op(String name) {
    return ops.getOrDefault(name, OpDef.getDefaultInstance());
  }

  /** Whether a CPU kernel of this operation takes the type for the attribute. */
  boolean hasKernel(String op, String attr, org.tensorflow.proto.DataType type) {
    return kernels.computeIfAbsent(op, TensorFlowLibrary::kernelsOf).getKernelList().stream()
        .filter(kernel -> CPU_DEVICES.contains(kernel.getDeviceType()))
        .anyMatch(kernel -> takes(kernel, attr, type));
  }

  private static boolean takes(KernelDef kernel, String attr, org.tensorflow.proto.DataType type) {
    return kernel.getConstraintList().stream()
        .filter(constraint -> constraint.getName().equals(attr))
        .allMatch(c -> c.getAllowedValues().getList().getTypeList().contains(type));
  }

  private static KernelList kernelsOf(String op) {
    try (PointerScope scope = new PointerScope()) {
      TF_Status status = TF_Status.newStatus();
      TF_Buffer buffer = tensorflow.TF_GetRegisteredKernelsForOp(op, status);
      status.throwExceptionIfNotOK();
      byte[] bytes = new byte[Math.toIntExact(buffer.length())];
      new org.bytedeco.javacpp.BytePointer(buffer.data()).get(bytes);
      return KernelList.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new EngineFailure("TensorFlow's list of kernels for " + op + " cannot be read", e);
    }
  }
}
