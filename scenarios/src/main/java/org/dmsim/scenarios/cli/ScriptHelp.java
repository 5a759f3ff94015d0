package org.dmsim.scenarios.cli;

import org.dmsim.scenarios.script.Verb;

/** What {@code dmsim help script} prints. */
final class ScriptHelp {

  private static final String HEAD =
      """
      A script is what a person would type: one command a line, # for comments.

        kernel 6.6-rc1 preempt=full cpus=2   the machine; else 6.12.117, full, 2 CPUs;
                                             seed=N a random schedule, clock=any timers at any point,
                                             checks=off without those of sleeping and of locks,
                                             with=POLICY,... without=POLICY,... in which it behaves
                                             otherwise than its version; names: dmsim kernels
        disk ram0 64M                        a ram disk (ram0 is 1:0) or null disk (nullb0 is 253:0);
        disk nullb0 1G latency=2.5s          options: latency=T discard secure_erase write_zeroes
                                             write_cache fua nowait logical_block_size=N
                                             physical_block_size=N requests (a null disk
                                             that takes requests, as all do from 6.9 on).
        disk ram0 file=disk.img              begins with what a file holds, seen from the script's
                                             folder; it is not written to (with --write-back: at
                                             the end). A SIZE before it makes the disk larger
                                             No disk line at all: ram0 to ram7 and nullb0, nullb1
        param dm_mod.reserved_bio_based_ios=1
        prefer admin reader                  tasks that go on first wherever there is a choice

        task NAME:                           tasks with indented commands run concurrently;
          COMMAND                            the script goes on when all have ended

        expect clean                         what "dmsim test" holds the run against:
        expect "part of a report"            reports in order, one line each
        expect clean on 6.6 preempt=none     the same on another kernel
        expect schedules 3                   so many, all seen: what "dmsim explore" counts
        expect EAGAIN                        the answer of the command above
        expect fnv1a=b93a0c83ce3b6325        a word of it
        expect line "0 8 zero"               a part of one of its lines, such as a table's
        remove d0 -- may fail                any answer will do; without either, a command that
                                             the kernel refuses makes the script wrong

      Lines that file a script, for dmsim list and for a search:
        group TEXT                           the heading under which it is listed
        rule TEXT                            the rule that is broken
        commit HASH                          where that came in, or was mended
        affected KERNEL to KERNEL            the first and the last that have it
        fixed KERNEL                         where it is mended: "See it fixed"; or: never
        symptom TEXT                         what a search of it is for: part of a report's headline

      A table of several lines stands on one, with semicolons; a device is named in any way:
        load d0 0 1024 linear 1:0 0; 1024 1024 striped 2 8 /dev/ram1 0 ram2 0
        ram0, /dev/ram0, 1:0; NAME, /dev/mapper/NAME, dm-0, 252:0 (in tables not the bare NAME).
        The targets and their arguments: dmsim help targets.

      A script that runs, from one --- to the other:

      ---
      kernel 6.6 preempt=full cpus=2
      create d0
      load d0 0 1024 linear ram0 0; 1024 1024 striped 2 8 /dev/ram1 0 1:2 0
      resume d0
      load d0 0 2048 zero
      create d0 -- may fail
      task reader:
        read d0 524288 8192
      task admin:
        suspend d0
        resume d0
      expect clean
      ---

      Commands:

      """;

  private static final String MEDIUM =
      """

      What lies on a device: pattern writes bytes that differ everywhere (SEED a number), image a
      file (by its path from the script's directory), poke changes bytes (HEX such as 00ff); hash
      and dump show them: a dump the rows of 16 bytes that are not all zero, * for equal ones.
      await asks for the status until one of its lines holds TEXT. events off keeps block events
      quiet; after settle each command of I/O waits so long for them, else 25 ms.
      addkey is answered ENOSYS: the kernel has no CONFIG_KEYS.
      """;

  private ScriptHelp() {}

  static String text() {
    StringBuilder s = new StringBuilder(HEAD);
    for (Verb v : Verb.values()) {
      s.append("  ").append(v.syntax()).append('\n');
    }
    return s.append(MEDIUM)
        .append("\nOffsets and lengths of I/O are bytes, of tables 512-byte sectors.\n")
        .toString();
  }
}
