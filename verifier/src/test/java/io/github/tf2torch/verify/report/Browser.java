package io.github.tf2torch.verify.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A headless Chromium, spoken to by its DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SECONDS = 60;

  private final Process process;
  private final WebSocket socket;
  private final LinkedBlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
  private final List<String> complaints = new ArrayList<>();
  private int calls;

  private Browser(Process process, URI page) {
    this.process = process;
    this.socket =
        HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(page, new Listener()).join();
  }

  /** The first Chromium of the PATH. */
  static Optional<Path> executable() {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .flatMap(
            d ->
                List.of("chromium", "chromium-browser", "google-chrome").stream()
                    .map(Path.of(d)::resolve))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Browser start(Path executable, Path profile) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            executable.toString(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-port=0",
            "--remote-allow-origins=*",
            "--user-data-dir=" + profile,
            "about:blank");
    Process process = builder.redirectErrorStream(true).start();
    BufferedReader lines = process.inputReader();
    String line = lines.readLine();
    while (line != null && !line.startsWith("DevTools listening on ")) {
      line = lines.readLine();
    }
    if (line == null) {
      throw new IOException(executable + " ended before it listened");
    }
    int port = URI.create(line.substring(line.indexOf("ws:"))).getPort();
    HttpRequest list =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list")).build();
    String targets =
        HttpClient.newHttpClient().send(list, HttpResponse.BodyHandlers.ofString()).body();
    for (JsonNode target : JSON.readTree(targets)) {
      if (target.path("type").asText().equals("page")) {
        Browser browser =
            new Browser(process, URI.create(target.path("webSocketDebuggerUrl").asText()));
        List.of("Page.enable", "Runtime.enable", "Log.enable").forEach(browser::call);
        return browser;
      }
    }
    throw new IOException(executable + " shows no page");
  }

  /** Opens a page and waits until it is there; what the console held before is forgotten. */
  void open(Path file) {
    complaints.clear();
    call("Page.navigate", "url", file.toUri().toString());
    await("document.readyState === 'complete' && location.href.startsWith('file:')");
  }

  /** A prefers-color-scheme of {@code light} or {@code dark}. */
  void prefer(String scheme) {
    ObjectNode parameters = JSON.createObjectNode();
    parameters
        .putArray("features")
        .addObject()
        .put("name", "prefers-color-scheme")
        .put("value", scheme);
    call("Emulation.setEmulatedMedia", parameters);
  }

  void resize(int width, int height) {
    ObjectNode parameters = JSON.createObjectNode();
    parameters
        .put("width", width)
        .put("height", height)
        .put("deviceScaleFactor", 1)
        .put("mobile", false);
    call("Emulation.setDeviceMetricsOverride", parameters);
  }

  void press(String key) {
    for (String type : List.of("keyDown", "keyUp")) {
      ObjectNode parameters = JSON.createObjectNode().put("type", type).put("key", key);
      if (key.equals("Enter")) {
        parameters.put("text", "\r").put("windowsVirtualKeyCode", 13);
      }
      call("Input.dispatchKeyEvent", parameters);
    }
  }

  /** Presses and lets go of the mouse in the middle of what a selector finds. */
  void click(String selector) {
    JsonNode at =
        value(
            "(() => { const e = document.querySelector("
                + JSON.valueToTree(selector)
                + ");"
                + " e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect();"
                + " return {x: b.x + b.width / 2, y: b.y + b.height / 2}; })()");
    for (String type : List.of("mouseMoved", "mousePressed", "mouseReleased")) {
      ObjectNode parameters = JSON.createObjectNode().put("type", type);
      parameters.put("x", at.path("x").asDouble()).put("y", at.path("y").asDouble());
      parameters.put("button", type.equals("mouseMoved") ? "none" : "left").put("clickCount", 1);
      call("Input.dispatchMouseEvent", parameters);
    }
  }

  /** What a JavaScript expression comes to. */
  JsonNode value(String expression) {
    ObjectNode parameters = JSON.createObjectNode();
    parameters.put("expression", expression).put("returnByValue", true);
    JsonNode answer = call("Runtime.evaluate", parameters);
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.path("exceptionDetails"));
    }
    return answer.path("result").path("value");
  }

  void await(String condition) {
    for (int i = 0; i < 10 * SECONDS; i++) {
      if (value(condition).asBoolean()) {
        return;
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    throw new AssertionError("never came: " + condition);
  }

  /**
   * Errors and warnings of the console, uncaught exceptions and dialogs since the page was opened.
   */
  List<String> complaints() {
    value("0");
    return List.copyOf(complaints);
  }

  private void call(String method, String name, String value) {
    call(method, JSON.createObjectNode().put(name, value));
  }

  private void call(String method) {
    call(method, JSON.createObjectNode());
  }

  private JsonNode call(String method, ObjectNode parameters) {
    int id = ++calls;
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", parameters);
    socket.sendText(message.toString(), true).join();
    try {
      while (true) {
        JsonNode answer = messages.poll(SECONDS, TimeUnit.SECONDS);
        if (answer == null) {
          throw new AssertionError("no answer to " + method);
        }
        if (answer.path("id").asInt() == id) {
          return answer.path("result");
        }
        note(answer);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void note(JsonNode event) {
    switch (event.path("method").asText()) {
      case "Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening" ->
          complaints.add(event.path("params").toString());
      case "Runtime.consoleAPICalled" -> {
        if (!event.path("params").path("type").asText().equals("log")) {
          complaints.add(event.path("params").toString());
        }
      }
      default -> {}
    }
  }

  @Override
  public void close() throws InterruptedException {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.waitFor();
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
      text.append(data);
      if (isLast) {
        try {
          messages.add(JSON.readTree(text.toString()));
        } catch (IOException e) {
          throw new AssertionError(e);
        }
        text.setLength(0);
      }
      return WebSocket.Listener.super.onText(from, data, isLast);
    }
  }
}
