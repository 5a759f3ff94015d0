package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** A command that the kernel refuses, and whose script does not foresee that, is no green run. */
final class WrongScriptTest {

  private static final String TYPO =
      "create d0\nload d0 0 131072 linaer 1:0 0%s\ntask io:\n  read ram0 0 4096\n";

  @TempDir private Path folder;

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "explore", "explore --strategy random", "explore --strategy pct"})
  void setUp_thatFails_isAWrongScript(String command) throws IOException {
    String f = file("a.dm", TYPO.formatted(""));
    Cli c = Cli.run((command + " " + f).split(" "));
    assertEquals(
        f
            + ":2:9: 'load d0 0 131072 linaer 1:0 0' is answered EINVAL (device-mapper: table:"
            + " 252:0: linaer: unknown target type); mend it, or if that is meant write 'expect"
            + " EINVAL' below it, or '-- may fail' behind it"
            + System.lineSeparator(),
        c.err());
    assertEquals(2, c.status());
  }

  @ParameterizedTest
  @ValueSource(strings = {" -- may fail", "\nexpect EINVAL", " -- may fail   # as it does"})
  void failure_thatIsMeant_isNone(String meant) throws IOException {
    String f = file("a.dm", TYPO.formatted(meant));
    assertEquals("CLEAN", Cli.run("run", f).verdict());
    assertEquals("EXHAUSTED", Cli.run("explore", f).verdict());
    assertEquals("1 passed, 0 failed", Cli.run("test", f).lastLine());
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "explore", "explore --jobs 2", "explore --strategy random"})
  void taskWhoseCommandFails_isAWrongScript(String command) throws IOException {
    String f =
        file(
            "a.dm",
            "create d0\ntask io:\n  read d0 0 4096\n  load d0 0 8 zero\ntask other:\n  list\n");
    Cli c =
        Cli.run(
            (command + " --max-schedules 50 " + f)
                .replace("run --max-schedules 50", "run")
                .split(" "));
    assertTrue(
        c.err().startsWith(f + ":3:3: 'read d0 0 4096' is answered -1 E")
            || c.err().startsWith(f + ":3:3: 'read d0 0 4096' is answered E"),
        c.err());
    assertEquals(2, c.status());
  }

  @Test
  void failure_thatIsAnotherThanExpected_isWrongToo() throws IOException {
    String f = file("a.dm", "create d0\ncreate d0\nexpect ENOMEM\n");
    assertTrue(Cli.run("run", f).err().contains("is answered EBUSY"));
    assertEquals(2, Cli.run("run", f).status());
  }

  @Test
  void test_tellsAWrongScriptFromAFailedOne_andGoesOn() throws IOException {
    String wrong = file("wrong.dm", TYPO.formatted(""));
    String nonsense = file("nonsense.dm", "craete d0\n");
    String failed = file("failed.dm", "create d0\nexpect EBUSY\n");
    String xml = folder.resolve("results.xml").toString();
    Cli c = Cli.run("test", wrong, nonsense, failed, "nowait", "--junit", xml);
    assertEquals("3 passed, 3 failed", c.lastLine());
    assertEquals(2, c.status());
    Element suites = parsed(Path.of(xml));
    assertEquals("6", suites.getAttribute("tests"));
    assertEquals("2", suites.getAttribute("errors"));
    assertEquals("1", suites.getAttribute("failures"));
    assertEquals(4, suites.getElementsByTagName("testsuite").getLength());
  }

  private static Element parsed(Path xml) throws IOException {
    try {
      return DocumentBuilderFactory.newDefaultInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(Files.readString(xml).getBytes(StandardCharsets.UTF_8)))
          .getDocumentElement();
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(e);
    }
  }

  @Test
  void test_printsTap() throws IOException {
    String failed = file("failed.dm", "create d0\nexpect EBUSY\n");
    Cli c = Cli.run("test", "--tap", failed, "nowait-swap");
    assertEquals("TAP version 14", c.lines().get(0));
    assertEquals("1..4", c.lines().get(1));
    assertEquals("not ok 1 - " + failed + " on 6.12.117 preempt=full cpus=2", c.lines().get(2));
    assertTrue(c.out().contains("\nok 4 - nowait-swap on 6.6 preempt=full cpus=2"), c.out());
    assertEquals(1, c.status());
  }
}
