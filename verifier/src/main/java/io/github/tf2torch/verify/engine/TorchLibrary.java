package io.github.tf2torch.verify.engine;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import java.io.IOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The native half of PyTorch, loaded once a process. DJL unpacks it from its jar into {@code
 * ~/.djl.ai} on first use; nothing is downloaded.
 */
final class TorchLibrary {
  private static final String NAME = "PyTorch";

  private TorchLibrary() {}

  /** Loads libtorch if this process has not yet. */
  static Engine load(int threads) {
    configure(threads);
    try {
      ProcessEnvironment.set(ProcessEnvironment.OPEN_MP);
      refuseTruncatedCopies();
      Engine engine = Engine.getEngine(NAME);
      // the properties count only for the first engine of a process
      JniUtils.setGraphExecutorOptimize(false);
      JniUtils.setNumThreads(threads);
      return engine;
    } catch (EngineUnavailable e) {
      throw e;
    } catch (IOException | RuntimeException | LinkageError e) {
      throw new EngineUnavailable(
          "PyTorch does not start on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + ": "
              + e.getMessage()
              + "; its libraries are unpacked to "
              + Utils.getEngineCacheDir(NAME.toLowerCase(java.util.Locale.ROOT))
              + ": see that it can be written and has 500 MB free",
          e);
    }
  }

  private static void configure(int threads) {
    // whatever the user has set himself stays
    Map<String, String> properties =
        Map.of(
            "ai.djl.offline", "true",
            "OPT_OUT_TRACKING", "true",
            "ai.djl.pytorch.num_threads", Integer.toString(threads),
            "ai.djl.pytorch.num_interop_threads", "1",
            "ai.djl.pytorch.graph_optimizer", "false",
            "org.slf4j.simpleLogger.defaultLogLevel", "error");
    properties.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
  }

  /**
   * A truncated library kills the process with SIGBUS as it is loaded, so its size is compared
   * first.
   */
  private static void refuseTruncatedCopies() throws IOException {
    if (Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH") != null) {
      return;
    }
    Platform platform = Platform.detectPlatform("pytorch");
    if (platform.isPlaceholder()) {
      throw new EngineUnavailable(
          "PyTorch's native library for "
              + platform.getOsPrefix()
              + "-"
              + platform.getOsArch()
              + " is not on the class path; verify runs on linux-x86_64, linux-aarch64 and"
              + " osx-aarch64");
    }
    Path folder =
        Utils.getEngineCacheDir("pytorch")
            .resolve(
                platform.getVersion()
                    + "-"
                    + platform.getFlavor()
                    + "-"
                    + platform.getClassifier());
    for (String library : platform.getLibraries()) {
      Path copy = folder.resolve(library.substring(library.lastIndexOf('/') + 1));
      long expected = sizeInJar(platform, library);
      if (expected > 0 && Files.exists(copy)) {
        requireSize(copy, expected);
      }
    }
  }

  static void requireSize(Path copy, long expected) throws IOException {
    long found = Files.size(copy);
    if (found != expected) {
      throw new EngineUnavailable(
          copy
              + " has "
              + found
              + " bytes, expected "
              + expected
              + ": it was not unpacked to its end; delete its folder and run again");
    }
  }

  private static long sizeInJar(Platform platform, String library) throws IOException {
    URL url =
        TorchLibrary.class
            .getClassLoader()
            .getResource(
                "pytorch/" + platform.getFlavor() + "/" + platform.getClassifier() + "/" + library);
    if (url == null) {
      return 0;
    }
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false);
    try (java.io.InputStream open = connection.getInputStream()) {
      return connection.getContentLengthLong();
    }
  }
}
