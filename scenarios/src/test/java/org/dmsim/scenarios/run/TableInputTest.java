package org.dmsim.scenarios.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables in every form that people have them in. */
final class TableInputTest {

  private static String answers(String text, String kernel) {
    return answers(text, kernel, TableCheck.Manner.PLAIN);
  }

  private static String answers(String text, String kernel, TableCheck.Manner manner) {
    Overrides o = Overrides.NONE.withKernel(KernelVersion.parse(kernel));
    List<TableCheck.Line> lines = TableCheck.check("t", text, o, manner).lines();
    StringBuilder s = new StringBuilder();
    lines.forEach(l -> s.append(l.device()).append('=').append(l.answer()).append(' '));
    return s.toString().strip();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // a listing of several devices: each has a table of its own
        "a: 0 8 linear 1:0 0~a: 8 8 zero~b: 0 8 linear 1:1 0      | a=ok a=ok b=ok",
        "a: 0 8 zero~b: 8 8 zero                                  | a=ok b=EINVAL",
        "vg-a:b: 0 8 zero                                         | vg-a:b=ok",
        "a:~b: 0 8 zero                                           | b=ok",
        "a:                                                       | ''",
        "No devices found                                         | ''",
        // dmsetup create --concise
        "a,,,ro,0 8 linear /dev/ram1 0                            | a=ok",
        "a,,,rw,0 8 zero,8 8 zero;b,uuid,3,ro,0 1 zero            | a=ok a=ok b=ok",
        // a kernel command line
        "quiet dm-mod.create=\"a,,,rw, 0 8 zero, 8 8 zero\" ro  | a=ok a=ok",
        // a comment goes on to the end, wherever it begins
        "0 8 linear 1:0 0#1                                       | =ok",
        "# all~0 8 zero # none                                    | =ok",
        // one target that is not modelled silences no other
        "a: 0 8 vdo x~b: 0 8 zero                                 | a=not modelled b=ok",
        "0 8 vdo /dev/ram0 0 8~8 8 zero                           | =not modelled =ok",
        "0 8 mirror userspace 4 u c 1:2 8 2 1:3 0 1:4 0           | =not modelled",
        // what the kernel is told, and says
        "0 8 linear 1:0 0; 8 8 zero                               | =EINVAL",
        "0 18446744073709551615 zero                              | =EINVAL",
        "0 8 linear //dev/ram0 0                                  | =ok",
      })
  void everyDeviceIsAnswered(String text, String expected) {
    assertEquals(expected, answers(text.replace('~', '\n'), "6.1.192"));
  }

  /** Devices that are elsewhere: a blank disk of the size that is needed stands in for each. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: 0 8000000 linear 8:16 2048~b: 0 8 linear /dev/sda1 0   | a=ok b=ok",
        "0 8 linear 8:16 0~8 800000000 linear 8:16 90              | =ok =ok",
        "0 8 linear 253:0 0~8 8000000 linear /dev/mapper/vg-lv 0   | =ok =ok",
        "0 8000000 linear 252:0 0                                  | =ok",
        "0 8 linear ram3 0~8 8 linear /dev/ram3 8~16 8 linear 1:3 0| =ENODEV =ok =ok",
        "0 200000 linear /dev/ram3 0                               | =EINVAL",
        "0 8 linear 5000:1 0                                       | =EOVERFLOW",
        "0 2000000 writecache s 8:1 8:2 4096 0                     | =ok",
        "0 2000000 thin-pool 253:3 253:4 128 0                     | =ok",
        "0 80000 cache 253:3 253:2 253:4 512 1 writethrough smq 0  | =ok",
        "0 80000 integrity 8:17 0 32 J 1 internal_hash:crc32c      | =ok",
        "0 80000 crypt aes-xts-plain64 :64:logon:k 0 8:3 0         | =EINVAL",
        "0 80 multipath 2 queue_mode bio 0 1 1 round-robin 0 1 0 8:16 | =ok",
        "0 8 thin 253:3 1                                          | =EINVAL",
      })
  void devicesFromElsewhere(String text, String expected) {
    TableCheck.Manner standIns = new TableCheck.Manner(false, true);
    assertEquals(expected, answers(text.replace('~', '\n'), "6.1.192", standIns));
  }

  private static Map<String, Long> standIns(String text, TableCheck.Manner manner) {
    return TableCheck.check("t", text, Overrides.NONE, manner).standIns();
  }

  @Test
  void devicesFromElsewhere_areNamed_eachWithItsLargestUse() {
    String text = "0 8 linear 8:16 100\n8 8 linear 1:0 0\n16 64 linear 8:16 0\n";
    assertEquals(Map.of("8:16", 108L), standIns(text, new TableCheck.Manner(false, true)));
    assertEquals(Map.of(), standIns(text, TableCheck.Manner.PLAIN));
  }

  @Test
  void verity_wantsToBeReadOnly() {
    String text =
        "0 64 verity 1 8:1 8:2 4096 4096 8 1 sha256 " + "0".repeat(64) + " " + "1".repeat(64);
    assertEquals("=EINVAL", answers(text, "6.1.192", new TableCheck.Manner(false, true)));
    assertEquals("=ok", answers(text, "6.1.192", new TableCheck.Manner(true, true)));
  }

  /** A feature of flakey, and a mistake that crashed the kernel before it was one. */
  @ParameterizedTest
  @CsvSource({
    "6.3, error_reads, =EINVAL",
    "6.4, error_reads, =ok",
    "6.3, drop_writes, =ok",
    "6.4, random_read_corrupt, =EINVAL"
  })
  void aFeatureBeginsWithAKernel(String kernel, String feature, String expected) {
    assertEquals(expected, answers("0 8 flakey 1:0 0 0 1 1 " + feature, kernel));
  }

  @ParameterizedTest
  @CsvSource({"6.3, =crash", "6.4, =EINVAL", "6.1.192, =EINVAL"})
  void aNullPointerIsFollowedUntilItIsLookedAt(String kernel, String expected) {
    assertEquals(expected, answers("0 8 flakey 1:0 0 0 1 2 corrupt_bio_byte 512", kernel));
  }
}
