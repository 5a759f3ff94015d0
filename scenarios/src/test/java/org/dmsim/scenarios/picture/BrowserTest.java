package org.dmsim.scenarios.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dmsim.scenarios.cli.CommandLineTool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The pages in a real browser: drawn, without a complaint, moved by keys, and held to WCAG AA by
 * axe-core. Screenshots are kept in {@code target/screenshots}.
 */
@Tag("deep")
final class BrowserTest {

  /** What is seen of the first timeline as a file of its own, in light colours, on a ground. */
  private static final String ALONE =
      """
      (() => {
        document.documentElement.dataset.theme = 'light';
        const scroll = document.querySelector('.scroll');
        const picture = scroll.querySelector('svg').cloneNode(true);
        const seen = [scroll.scrollLeft, 0, scroll.clientWidth, picture.getAttribute('height')];
        picture.setAttribute('viewBox', seen.join(' '));
        picture.setAttribute('width', scroll.clientWidth);
        picture.querySelector('.cursor').remove();
        const rules = [...document.styleSheets[0].cssRules].map(r => r.cssText);
        const style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
        style.textContent = 'svg { font-family: sans-serif; }'
          + rules.filter(r => /^:root \\{|^svg /.test(r)).join(' ');
        const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
        ground.setAttribute('x', scroll.scrollLeft);
        ground.setAttribute('width', '100%');
        ground.setAttribute('height', '100%');
        ground.setAttribute('fill', 'var(--ground)');
        picture.prepend(style, ground);
        return new XMLSerializer().serializeToString(picture);
      })()
      """;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "explore nowait-swap",
        "explore destroy-against-swap",
        "explore killed-heir",
        "explore back-off",
        "run nowait-uaf",
        "run nowait --kernel 6.6"
      })
  void aPage_isDrawn_movedByKeys_andForEverybody(String line) throws Exception {
    Optional<String> chromium = Browser.installed();
    if (chromium.isEmpty()) {
      System.err.println("chromium is not installed: no page was looked at");
      return;
    }
    Path page = folder.resolve("page.html");
    dmsim((line + " --page " + page).split(" "));
    try (Browser browser = new Browser(chromium.get(), page)) {
      assertTrue(count(browser, ".scroll svg rect") > 0, "bars");
      assertTrue(count(browser, "tbody tr") > 0, "rows");
      elements(browser, line);
      keys(browser);
      String name = line.split(" ")[1];
      for (String theme : List.of("light", "dark")) {
        browser.evaluate("document.documentElement.dataset.theme = '" + theme + "'");
        browser.screenshot(Path.of("target", "screenshots", name + "-" + theme + ".png"));
        assertEquals("[]", violations(browser), theme);
      }
      assertEquals(List.of(), browser.complaints());
    }
  }

  /** The picture that the README opens with: the bug's timeline, with the colours of the page. */
  @Test
  void theReadmesPicture_isWhatThePageDraws() throws Exception {
    Optional<String> chromium = Browser.installed();
    if (chromium.isEmpty()) {
      System.err.println("chromium is not installed: the README's picture was not drawn again");
      return;
    }
    Path page = folder.resolve("page.html");
    dmsim("explore", "nowait-swap", "--page", page.toString());
    String drawn;
    try (Browser browser = new Browser(chromium.get(), page)) {
      drawn = browser.evaluate(ALONE).getAsString().replace("><", ">\n<") + "\n";
    }
    Path kept = Path.of("nowait-swap.svg");
    if (Boolean.getBoolean("dmsim.promote")) {
      Files.writeString(kept, drawn);
    }
    assertEquals(Files.readString(kept), drawn);
  }

  static void dmsim(String... words) {
    StringWriter err = new StringWriter();
    int status =
        new CommandLineTool(new PrintWriter(new StringWriter()), new PrintWriter(err)).run(words);
    assertTrue(status < 2, err.toString());
  }

  static int count(Browser browser, String selector) throws Exception {
    return browser.evaluate("document.querySelectorAll('" + selector + "').length").getAsInt();
  }

  /** What each of the pictures is there for. */
  private static void elements(Browser browser, String line) throws Exception {
    switch (line) {
      case "explore nowait-swap", "run nowait-uaf" -> {
        assertTrue(count(browser, ".why li") >= 5, "the sentences");
        assertTrue(count(browser, "[data-kind=free]") > 0, "where it is freed");
        assertTrue(count(browser, "[data-kind=use]") > 0, "where it is used");
        assertTrue(count(browser, ".scroll [data-kind=gp]") > 0, "grace periods");
        assertTrue(count(browser, "details") >= 3, "the kernel's text");
        String aligned =
            "(() => { const at = n => [...document.querySelectorAll('.scroll')[n].querySelectorAll("
                + "'[data-kind=command]')].map(c => c.querySelector('title').textContent.replace("
                + "/^step \\d+: /, '') + ' ' + Math.round(c.getBBox().x)); const one = at(0);"
                + " return at(1).filter(c => one.includes(c)).length; })()";
        assertTrue(browser.evaluate(aligned).getAsInt() >= 3, "commands below each other");
      }
      case "explore destroy-against-swap" -> assertEquals(2, count(browser, ".ring rect"));
      case "explore back-off" -> assertEquals(6, count(browser, ".ring rect"));
      case "explore killed-heir" ->
          assertTrue(count(browser, "[data-kind=report]") > 0, "the report's mark");
      default -> assertEquals(0, count(browser, ".scroll [data-kind=report]"), "clean");
    }
  }

  private static void keys(Browser browser) throws Exception {
    browser.press("Home");
    String first = browser.evaluate("location.hash").getAsString();
    browser.press("ArrowRight");
    String second = browser.evaluate("location.hash").getAsString();
    assertTrue(first.contains("step=") && !first.equals(second), first + " " + second);
    browser.press("ArrowLeft");
    assertEquals(first, browser.evaluate("location.hash").getAsString());
    int without = count(browser, ".scroll svg rect");
    browser.press("c");
    assertTrue(count(browser, ".scroll svg rect") >= without, "CPUs");
    browser.press("c");
    browser.press("b");
    assertEquals(0, count(browser, "#cpu[aria-pressed=true]"), "CPUs away");
    assertEquals(1, count(browser, "#bio[aria-pressed=true]"), "bios there");
    if (count(browser, ".picture") > 1) {
      browser.press("s");
      assertEquals(1, count(browser, "main.beside"), "side by side");
      browser.press("s");
    }
    browser.press("/");
    assertEquals("search", browser.evaluate("document.activeElement.id").getAsString());
    browser.press("x");
    browser.press("q");
    assertEquals(
        "not found",
        browser.evaluate("document.getElementById('found').textContent").getAsString());
    browser.press("Escape");
  }

  static String violations(Browser browser) throws Exception {
    browser.evaluate(axe());
    JsonElement found =
        browser.evaluate(
            "axe.run(document, {preload: false, iframes: false, runOnly: ['wcag2a', 'wcag2aa',"
                + " 'wcag21a', 'wcag21aa']}).then(r => r.violations.map(v => v.id + ': ' +"
                + " v.nodes.map(n => n.target + ' ' + n.failureSummary).join('; ')))");
    return found.toString();
  }

  private static String axe() throws IOException {
    try (InputStream in = BrowserTest.class.getResourceAsStream("/axe.min.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8) + "; 0";
    }
  }
}
