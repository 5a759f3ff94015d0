package org.dmsim.scenarios.run;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.scenarios.script.Step;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.Test;

/** Every disk that a script can ask for is there, or the script is told what is wrong with it. */
final class MachineDisksTest {

  private static final Pattern BLOCKS =
      Pattern.compile("logical_block_size=(\\d+) physical_block_size=(\\d+)");

  private static final List<String> SIZES = List.of("", "512", "1024", "2048", "4096");

  private static final List<String> MORE =
      List.of(
          "",
          "discard",
          "write_cache",
          "write_cache fua",
          "write_zeroes secure_erase",
          "nowait",
          "latency=1ms");

  @Test
  void everyDisk_isThereOrRefusedByLine() {
    int there = 0;
    for (String kernel : List.of("5.4", "6.1.192", "6.12.117")) {
      Overrides o = Overrides.NONE.withKernel(KernelVersion.parse(kernel));
      for (String disk : List.of("ram0", "nullb0")) {
        for (String logical : SIZES) {
          for (String physical : SIZES) {
            for (String more : MORE) {
              there += limits(line(disk, logical, physical, more), disk, o) ? 1 : 0;
            }
          }
        }
      }
    }
    assertTrue(there > 500, there + " disks");
  }

  private static String line(String disk, String logical, String physical, String more) {
    return "disk "
        + disk
        + " 1M"
        + (logical.isEmpty() ? "" : " logical_block_size=" + logical)
        + (physical.isEmpty() ? "" : " physical_block_size=" + physical)
        + " "
        + more;
  }

  /** False where the script is refused. As blk_queue_logical_block_size raises the physical one. */
  private static boolean limits(String line, String disk, Overrides o) {
    List<String> said = new ArrayList<>();
    Listener listener =
        new Listener() {
          @Override
          public void answers(String task, Step step, List<String> answer) {
            said.addAll(answer);
          }
        };
    String text = line.strip() + "\nlimits " + disk + "\nread " + disk + " 0 4096\n";
    try {
      new ScriptRun(ScriptParser.parse("disks", text), o, listener).run();
    } catch (ScriptError e) {
      return false;
    }
    Matcher m = BLOCKS.matcher(said.getFirst());
    assertTrue(m.find(), line + ": " + said);
    int logical = Integer.parseInt(m.group(1));
    assertTrue(logical <= Integer.parseInt(m.group(2)), line + ": " + said);
    return true;
  }
}
