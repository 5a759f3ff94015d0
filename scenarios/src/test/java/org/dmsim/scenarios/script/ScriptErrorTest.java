package org.dmsim.scenarios.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a script that makes no sense is told: the exact line, for every such message. */
final class ScriptErrorTest {

  private static final String MODELLED = "the nearest that are: 6.12.117 (all: dmsim kernels)";

  static Stream<Arguments> wrongScripts() {
    return Stream.of(
        // the machine
        arguments("kernel 7.0", "1:8: kernel 7.0 is not modelled; " + MODELLED),
        arguments(
            "kernel six",
            "1:8: 'six' is not a kernel version; write for example" + " 6.6-rc1, 6.6 or 6.1.192"),
        arguments(
            "kernel 6.6 with=rcu-for-nowiat",
            "1:17: unknown policy 'rcu-for-nowiat'; did you mean rcu-for-nowait?"),
        arguments(
            "kernel 6.6 premept=full", "1:12: unknown option 'premept'; did you mean preempt?"),
        arguments(
            "kernel 6.6 a=1",
            "1:12: unknown option 'a'; write: kernel VERSION preempt=M cpus=N seed=N clock=C"
                + " checks=off"),
        arguments(
            "kernel 6.6 preempt=hard",
            "1:20: 'hard' is not a preemption model; write full, voluntary, none or rt"),
        arguments(
            "kernel 6.6 preempt=rt",
            "1:20: preempt=rt needs kernel 6.12 or newer (d2d6422f8bd1); kernel 6.6 has PREEMPT_RT"
                + " only as a patch set of its own"),
        arguments("kernel 6.6 cpus=0", "1:17: cpus=0 is out of range; write 1 to 64"),
        arguments("kernel 6.6 cpus=two", "1:17: cpus is 'two'; write a number such as 8"),
        arguments("kernel 6.6 seed=-1", "1:17: seed is '-1'; write a number such as 8"),
        arguments("kernel 6.6 clock=now", "1:18: clock is 'now'; write idle or any"),
        arguments("kernel 6.6\nkernel 6.7", "2:1: a second kernel line; the first is line 1"),
        arguments("list\nkernel 6.6", "2:1: kernel stands behind a command; write it at the head"),
        arguments(
            "param dm_mod.reserved_bio_based_io=1",
            "1:7: unknown module parameter 'dm_mod.reserved_bio_based_io'; did you mean"
                + " dm_mod.reserved_bio_based_ios?"),
        arguments(
            "param dm_mod.reserved_bio_based_ios",
            "1:7: dm_mod.reserved_bio_based_ios needs a value; write: param"
                + " dm_mod.reserved_bio_based_ios=NUMBER"),
        arguments("prefer", "1:1: prefer needs the names of tasks; write: prefer NAME ..."),
        arguments(
            "prefer admn\ntask admin:\n  list",
            "1:8: no task is named 'admn'; did you mean admin?"),
        // disks
        arguments(
            "disk ram0",
            "1:1: a disk has a name and a size or a file; write: disk NAME SIZE, for example: disk"
                + " ram0 64M"),
        arguments(
            "disk ram0 file=no.img",
            "1:11: there is no file no.img; make one, for example: truncate -s 64M disk.img"),
        arguments(
            "disk ram0 4096 file=pom.xml",
            "1:16: pom.xml has "
                + new java.io.File("pom.xml").length()
                + " bytes, which is no number of 512-byte sectors; write: truncate -s %512"
                + " pom.xml"),
        arguments("disk sda 1G", "1:6: no disk is named 'sda'; write ram0 or nullb0, and so on"),
        arguments("disk ram0 64M\ndisk ram0 1M", "2:6: a second disk ram0; the first is line 1"),
        arguments(
            "disk ram0 big",
            "1:11: SIZE is 'big'; write a number of bytes such as 4096, 4K or 64M"),
        arguments(
            "disk ram0 1000",
            "1:11: SIZE 1000 is not a number of 4096-byte pages; write for example 64M"),
        arguments(
            "disk nullb0 1G latncy=2s",
            "1:16: unknown disk option 'latncy'; did you mean latency?"),
        arguments(
            "disk nullb0 1G latency=soon",
            "1:16: latency is 'soon'; write a time such as 2.5s, 400ms, 10us or 500ns"),
        arguments("disk nullb0 1G latency", "1:16: latency needs a value; write latency=2.5s"),
        arguments(
            "disk nullb0 1G logical_block_size=100",
            "1:16: logical_block_size 100 is out of range; write 512, 1024, 2048 or 4096"),
        arguments(
            "disk ram0 1M logical_block_size=4K physical_block_size=512",
            "1:1: the physical block is smaller than the logical one; exchange them"),
        arguments("disk nullb0 1G fua=1", "1:16: fua takes no value; write fua"),
        arguments("list\ndisk ram0 64M", "2:1: disk stands behind a command; write it at the head"),
        // commands
        arguments("craete d0", "1:1: unknown command 'craete'; did you mean create?"),
        arguments(
            "frobnicate",
            "1:1: unknown command 'frobnicate'; 'dmsim help script' lists the commands"),
        arguments("create", "1:7: create needs NEW here; write: create NEW [UUID]"),
        arguments("create d0 u0 v0", "1:14: 'v0' is one word too many; write: create NEW [UUID]"),
        arguments(
            "create d0\nsuspend d0 noflsh", "2:12: unknown flag 'noflsh'; did you mean noflush?"),
        arguments(
            "create d0\nremove d0 now", "2:11: unknown flag 'now'; write: remove NAME [deferred]"),
        arguments(
            "create d0\nread d1 0 4096",
            "2:6: read: no device 'd1' in this script; did you mean d0?"),
        arguments(
            "resume d0", "1:8: resume: no device 'd0' in this script; create it first: create d0"),
        arguments(
            "disk ram0 64M\nread sdb 0 4096",
            "2:6: read: no device 'sdb' in this script; there are ram0"),
        arguments("read ram0 0", "1:12: read needs LENGTH here; write: read DEV OFFSET LENGTH"),
        arguments(
            "read ram0 -1 4096",
            "1:11: OFFSET is '-1'; write a number of bytes such as 4096, 4K or 64M"),
        arguments(
            "read ram0 99999999999999999999 4096",
            "1:11: OFFSET 99999999999999999999 is out of range; it does not fit into 63 bits"),
        arguments("write ram0 0 4096 256", "1:19: FILL 256 is out of range; write 0 to 255"),
        arguments(
            "poke ram0 0 0f0", "1:13: HEX is '0f0'; write bytes of two digits each such as 00ff"),
        arguments("events of", "1:8: found 'of'; write off or on"),
        arguments("settle 10ms", "1:8: MILLISECONDS is '10ms'; write a number such as 8"),
        arguments(
            "await d0 10", "1:12: await needs TEXT here; write: await NAME MILLISECONDS TEXT"),
        arguments("image ram0", "1:11: image needs FILE here; write: image DEV FILE [OFFSET]"),
        arguments("write ram0 0 4096 x", "1:19: FILL is 'x'; write a byte such as 165 or 0xa5"),
        arguments(
            "memory short soon",
            "1:14: TIME is 'soon'; write a time such as 2.5s, 400ms, 10us or 500ns"),
        arguments("memory low", "1:8: found 'low'; write plentiful or short"),
        arguments(
            "bg 1 list",
            "1:6: bg starts I/O commands, and 'list' is none; write for example bg 1 read d0 0"
                + " 4096"),
        arguments("bg 10 flush ram0", "1:4: N is '10'; write a job's number, 0 to 9"),
        arguments(
            "# only a comment",
            "1:1: the script has no commands; write one a line, for example: create d0"),
        // tables
        arguments("create d0\nload d0", "2:8: load needs TABLE here; write: load NAME TABLE"),
        arguments(
            "create d0\nload d0 0 8",
            "2:11: the target ends here; write START LENGTH TYPE PARAMETERS, for example"
                + " 0 131072 linear 1:0 0"),
        arguments(
            "create d0\nload d0 0 8 zero; 8 8",
            "2:21: the target ends here; write START LENGTH TYPE PARAMETERS, for example"
                + " 0 131072 linear 1:0 0"),
        arguments(
            "create d0\nload d0 zero 0 8",
            "2:9: START is 'zero'; write a number of 512-byte sectors"),
        arguments(
            "create d0\nload d0 0 99999999999999999 zero",
            "2:11: LENGTH 99999999999999999 is out of range; a device ends before sector"
                + " 18014398509481983"),
        // tasks and expectations
        arguments("task:", "1:1: a task begins with task NAME: and indented commands below"),
        arguments("task a", "1:1: a task begins with task NAME: and indented commands below"),
        arguments("task a:\nlist", "1:1: task a has no commands; write them below it, indented"),
        arguments(
            "task a:\n  list\ntask a:\n  list", "3:6: a second task named a; give it its own name"),
        arguments(
            "task a-name-of-sixteen:\n  list",
            "1:6: the task's name has 17 characters; the kernel keeps 15"),
        arguments(
            "list\n  list",
            "2:3: this line is indented, and no task stands above it; write task NAME: above, or"
                + " begin the line at its left edge"),
        arguments(
            "task a:\n  kernel 6.6",
            "2:3: kernel cannot stand in a task; begin it at the left edge"),
        arguments("expect clena\nlist", "1:8: 'clena' is not an answer; did you mean clean?"),
        arguments(
            "expect EIO\nlist",
            "1:1: expect EIO speaks of the command above it, and there is none"),
        arguments("list\nexpect schedules", "2:8: how many? write: expect schedules N"),
        arguments("list\nexpect clean at 6.6", "2:14: found 'at'; write: on KERNEL [preempt=M]"),
        arguments("list\nexpect clean on 9.9", "2:17: kernel 9.9 is not modelled; " + MODELLED),
        arguments("list\nexpect \"BUG", "2:8: the quote that begins here has no end; add a \""),
        arguments("rule", "1:5: rule needs a text behind it"));
  }

  @ParameterizedTest
  @MethodSource("wrongScripts")
  void parse_saysWhereAndWhatWouldBeRight(String script, String expected) {
    ScriptError e = assertThrows(ScriptError.class, () -> ScriptParser.parse("x.dm", script));
    assertEquals("x.dm:" + expected, e.getMessage());
  }
}
