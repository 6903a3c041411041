package io.github.tf2torch.verify.trace;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The Python file that a user runs beside a model to record what it does. */
public enum TraceScript {
  KERAS(
      "keras",
      """
      Beside your model:

          from tf2torch_trace import record
          record(model, "trace.safetensors")            # inputs=... for your own, steps=3

      or for a file that Keras loads: python tf2torch_trace.py model.keras -o trace.safetensors"""),
  TF2(
      "tf2",
      """
      Beside your model:

          from tf2torch_trace import record
          record(function, "trace.safetensors", {"x": array}, module=module)

      or for a SavedModel: python tf2torch_trace.py saved_model -o trace.safetensors"""),
  TF1(
      "tf1",
      """
      Beside your model, in its session:

          from tf2torch_trace import record
          record(session, "trace.safetensors", {x: array, is_training: False}, [logits])

      or for a .meta with its checkpoint: python tf2torch_trace.py model.ckpt-1000
      --graph-inputs x --graph-outputs logits --false is_training""");

  private final String text;
  private final String usage;

  TraceScript(String text, String usage) {
    this.text = text;
    this.usage = usage;
  }

  /** As the option spells it. */
  public String text() {
    return text;
  }

  /** The whole file. */
  public String print() {
    return resource("head.py").replace("{usage}", usage) + resource(text + ".py");
  }

  private static String resource(String name) {
    try (InputStream in = TraceScript.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("this build of tf2torch lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
