package io.github.tf2torch.verify.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.read.torch.ScriptModule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Archives and code that no torch.jit wrote are read, or refused in words; nothing else happens.
 */
class ScriptFuzzTest {
  private static final Path FILES = Path.of("src/test/resources/script");
  private static final int ROUNDS = 400;
  private static final List<String> WORDS =
      List.of(
          "torch",
          "self",
          "(",
          ")",
          "[",
          "]",
          ",",
          ":",
          "=",
          ".",
          "None",
          "True",
          "-1",
          "0",
          "7",
          "99999999999999999999",
          "1e400",
          "\"text\"",
          "{}",
          "x",
          "return",
          "if ",
          "while True:",
          "CONSTANTS.c9",
          "CONSTANTS.x",
          "ops.prim.",
          "torch.append",
          "torch.slice(",
          "torch.len(",
          "range(2000000000)",
          "\n",
          "  ",
          "_",
          "uninitialized(",
          "unchecked_cast(",
          "\u00e9");

  @TempDir Path folder;

  private static void read(ScriptModule module) {
    try {
      ScriptReader.read(
          module,
          path -> path,
          (body, expr) -> new Extents.Found(new Shape(List.of(2L, 4L, 6L)), DType.FLOAT32));
    } catch (UnreadScript e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static String changed(String code, SplittableRandom random) {
    StringBuilder text = new StringBuilder(code);
    for (int i = random.nextInt(1, 4); i > 0 && text.length() > 2; i--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(1, 12));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, WORDS.get(random.nextInt(WORDS.size())));
        case 2 -> text.replace(at, end, WORDS.get(random.nextInt(WORDS.size())));
        default -> {
          List<String> lines = new ArrayList<>(text.toString().lines().toList());
          String moved = lines.remove(random.nextInt(lines.size()));
          lines.add(random.nextInt(lines.size() + 1), moved);
          text = new StringBuilder(String.join("\n", lines));
        }
      }
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"attention", "cells", "dict", "functional", "handmade_traced", "named", "resnet"})
  void codeThatIsChangedIsReadOrRefused(String name) throws IOException {
    ScriptModule module = ScriptModule.read(FILES.resolve(name + ".pt"));
    List<String> files = List.copyOf(new TreeMap<>(module.code()).keySet());
    for (int seed = 0; seed < ROUNDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      String file = files.get(random.nextInt(files.size()));
      Map<String, String> code = new HashMap<>(module.code());
      code.put(file, changed(code.get(file), random));
      ScriptModule mutant = new ScriptModule(module.root(), code, module.constants());
      Assertions.assertTimeout(
          Duration.ofSeconds(20), () -> read(mutant), "seed " + seed + " in " + file);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dict", "functional", "handmade_traced", "interface"})
  void anArchiveThatIsChangedIsReadOrRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(FILES.resolve(name + ".pt"));
    Path changed = folder.resolve("changed.pt");
    for (int seed = 0; seed < ROUNDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = whole.clone();
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(changed, bytes);
      try {
        read(ScriptModule.read(changed));
      } catch (Problem e) {
        assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
      }
    }
  }
}
