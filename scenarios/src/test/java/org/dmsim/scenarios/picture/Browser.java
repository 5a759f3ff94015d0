package org.dmsim.scenarios.picture;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Chromium without a window, told what to do by its DevTools protocol. */
final class Browser implements AutoCloseable {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final int PATIENCE = 60;

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final AtomicInteger number = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonObject>> asked = new ConcurrentHashMap<>();
  private final List<String> complaints = new ArrayList<>();
  private final CompletableFuture<Void> loaded = new CompletableFuture<>();
  private String session = "";

  /** Opens a page. */
  Browser(String program, Path page) throws Exception {
    profile = Files.createTempDirectory("dmsim-browser");
    process =
        new ProcessBuilder(
                program,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--window-size=1500,1400",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(address()), new Ear())
            .get(PATIENCE, TimeUnit.SECONDS);
    JsonObject target = new JsonObject();
    target.addProperty("url", "about:blank");
    JsonObject attach = new JsonObject();
    attach.add("targetId", ask("Target.createTarget", target).get("targetId"));
    attach.addProperty("flatten", true);
    session = ask("Target.attachToTarget", attach).get("sessionId").getAsString();
    for (String domain : List.of("Page", "Runtime", "Log")) {
      ask(domain + ".enable", new JsonObject());
    }
    JsonObject where = new JsonObject();
    where.addProperty("url", page.toUri().toString());
    ask("Page.navigate", where);
    loaded.get(PATIENCE, TimeUnit.SECONDS);
  }

  /** The browser's program; nothing where none is installed. */
  static Optional<String> installed() {
    return NAMES.stream()
        .filter(
            name ->
                Stream.of(System.getenv("PATH").split(":"))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))))
        .findFirst();
  }

  private String address() throws IOException {
    BufferedReader err = process.errorReader();
    for (String line = err.readLine(); line != null; line = err.readLine()) {
      if (line.startsWith("DevTools listening on ")) {
        Thread.ofVirtual().start(() -> err.lines().forEach(l -> {}));
        return line.substring("DevTools listening on ".length());
      }
    }
    throw new IOException("the browser has ended");
  }

  /** What the page has complained about on its console. */
  List<String> complaints() {
    synchronized (complaints) {
      return List.copyOf(complaints);
    }
  }

  /** The value of an expression; of a promise, what it comes to. */
  JsonElement evaluate(String expression) throws Exception {
    JsonObject o = new JsonObject();
    o.addProperty("expression", expression);
    o.addProperty("awaitPromise", true);
    o.addProperty("returnByValue", true);
    JsonObject answer = ask("Runtime.evaluate", o);
    if (answer.has("exceptionDetails")) {
      throw new IOException(answer.get("exceptionDetails").toString());
    }
    return answer.getAsJsonObject("result").get("value");
  }

  /** Presses a key, as its {@code KeyboardEvent} names it. */
  void press(String key) throws Exception {
    for (String type : List.of("keyDown", "keyUp")) {
      JsonObject o = new JsonObject();
      o.addProperty("type", type);
      o.addProperty("key", key);
      if (key.length() == 1 && type.equals("keyDown")) {
        o.addProperty("text", key);
      }
      ask("Input.dispatchKeyEvent", o);
    }
  }

  /** Keeps what is to be seen, as a PNG. */
  void screenshot(Path file) throws Exception {
    String data = ask("Page.captureScreenshot", new JsonObject()).get("data").getAsString();
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(data));
  }

  private JsonObject ask(String method, JsonObject parameters) throws Exception {
    int id = number.incrementAndGet();
    JsonObject message = new JsonObject();
    message.addProperty("id", id);
    message.addProperty("method", method);
    message.add("params", parameters);
    if (!session.isEmpty()) {
      message.addProperty("sessionId", session);
    }
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    asked.put(id, answer);
    socket.sendText(message.toString(), true).get(PATIENCE, TimeUnit.SECONDS);
    JsonObject got = answer.get(PATIENCE, TimeUnit.SECONDS);
    if (got.has("error")) {
      throw new IOException(method + ": " + got.get("error"));
    }
    return got.getAsJsonObject("result");
  }

  @Override
  public void close() throws IOException {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    process.destroy();
    for (ProcessHandle one : all) {
      one.onExit().orTimeout(PATIENCE, TimeUnit.SECONDS).join();
    }
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  private final class Ear implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        hear(JsonParser.parseString(text.toString()).getAsJsonObject());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void hear(JsonObject message) {
      if (message.has("id")) {
        asked.remove(message.get("id").getAsInt()).complete(message);
        return;
      }
      String method = message.get("method").getAsString();
      JsonObject what = message.getAsJsonObject("params");
      boolean bad =
          method.equals("Runtime.exceptionThrown")
              || method.equals("Runtime.consoleAPICalled")
              || method.equals("Log.entryAdded");
      if (bad) {
        synchronized (complaints) {
          complaints.add(what.toString());
        }
      } else if (method.equals("Page.loadEventFired")) {
        loaded.complete(null);
      }
    }
  }
}
