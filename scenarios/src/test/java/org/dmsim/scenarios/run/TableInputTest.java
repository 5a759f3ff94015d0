package org.dmsim.scenarios.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables in every form that people have them in. */
final class TableInputTest {

  private static String answers(String text, String kernel) {
    Overrides o = Overrides.NONE.withKernel(KernelVersion.parse(kernel));
    List<TableCheck.Line> lines = TableCheck.check("t", text, o);
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
