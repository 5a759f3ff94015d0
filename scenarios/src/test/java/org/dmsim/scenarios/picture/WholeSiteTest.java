package org.dmsim.scenarios.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dmsim.scenarios.contexts.Context;
import org.dmsim.scenarios.contexts.Operation;
import org.dmsim.scenarios.museum.Museum;
import org.dmsim.scenarios.museum.Rule;
import org.dmsim.scenarios.reports.PublicReport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole site: made in time, without a broken link, with its numbers, and in a browser. */
@Tag("deep")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WholeSiteTest {

  private static final long A_MINUTE = 60_000_000_000L;

  private Path folder;
  private final Map<String, String> files = new TreeMap<>();
  private long took;

  @BeforeAll
  void make(@TempDir Path where) throws IOException {
    folder = where;
    long before = System.nanoTime();
    BrowserTest.dmsim("site", folder.toString());
    took = System.nanoTime() - before;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path p : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(p).toString(), Files.readString(p));
      }
    }
  }

  @Test
  void itIsMadeWithinAMinute() {
    System.out.println("the site took " + took / 1_000_000 + " ms, " + files.size() + " files");
    assertTrue(took < A_MINUTE, took + " ns");
  }

  @Test
  void noLinkLeadsNowhere() {
    assertEquals(List.of(), org.dmsim.scenarios.site.LinksOf.broken(files));
  }

  @Test
  void itsNumbersAreThoseOfTheModel() {
    String index = files.get("index.html");
    assertTrue(index.contains(Museum.exhibits().size() + " exhibits"), index);
    assertTrue(index.contains(Rule.values().length + " rules"), index);
    assertTrue(index.contains(PublicReport.all().size() + " public reports"), index);
    int cells = Context.values().length * Operation.values().length * 2;
    assertTrue(files.get("contexts.html").contains(cells + " cells"), "cells");
    Museum.exhibits()
        .forEach(
            e -> {
              String name = e.plaque().name();
              assertTrue(files.get("museum/" + name + ".html").contains("VIOLATION in"), name);
              assertTrue(files.containsKey("pictures/" + name + ".html"), name);
              assertTrue(files.get("rules.html").contains("museum/" + name + ".html"), name);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "index.html",
        "rules.html",
        "lookup.html",
        "museum.html",
        "museum/nowait-swap.html",
        "contexts.html",
        "targets.html",
        "explain.html",
        "reports.html"
      })
  void aPage_isForEverybody(String file) throws Exception {
    Optional<String> chromium = Browser.installed();
    if (chromium.isEmpty()) {
      System.err.println("chromium is not installed: no page was looked at");
      return;
    }
    try (Browser browser = new Browser(chromium.get(), folder.resolve(file))) {
      for (String theme : List.of("light", "dark")) {
        browser.evaluate("document.documentElement.dataset.theme = '" + theme + "'");
        String name = file.replace('/', '-').replace(".html", "") + "-" + theme + ".png";
        browser.screenshot(Path.of("target", "screenshots", "site-" + name));
        assertEquals("[]", BrowserTest.violations(browser), theme);
      }
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void theTableOfContexts_isFiltered_andAClickShowsTheReport() throws Exception {
    Optional<String> chromium = Browser.installed();
    if (chromium.isEmpty()) {
      System.err.println("chromium is not installed: no cell was clicked");
      return;
    }
    try (Browser browser = new Browser(chromium.get(), folder.resolve("contexts.html"))) {
      int all = BrowserTest.count(browser, ".cells button");
      assertEquals(Context.values().length * Operation.values().length, all);
      browser.evaluate(
          "(() => { const f = document.getElementById('find'); f.value = 'msleep rcu_read_lock';"
              + " f.dispatchEvent(new Event('input')); })()");
      int some = BrowserTest.count(browser, ".cells button");
      assertTrue(some > 0 && some < all / 20, some + " of " + all);
      browser.evaluate("document.querySelector('.cells button.bad').click()");
      String said = browser.evaluate("document.getElementById('said').textContent").getAsString();
      assertTrue(said.contains("Call Trace:"), said);
    }
  }
}
