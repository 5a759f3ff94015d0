package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Power goes in the middle of random writes: from then on nothing reaches the disks below, though
 * they say that it did. Taken up again, the device must have what was synchronised before.
 */
final class PowerCutTest {

  private static final int BLOCKS = 16;
  private static final int BLOCK = 4096;

  @TempDir Path folder;

  /** Targets with metadata of their own, on devices named a, b, ... that power goes away from. */
  enum Kind {
    WRITECACHE("writecache s 252:0 252:1 4096 0", 2),
    CLONE("clone 252:0 252:1 1:7 16", 2),
    CLONE_OF_WHOLE_REGIONS("clone 252:0 252:1 1:7 8 1 no_hydration", 2),
    RAID5("raid raid5_ls 4 8 nosync region_size 64 3 252:0 252:1 252:2 252:3 252:4 252:5", 6),
    RAID1("raid raid1 4 0 nosync region_size 64 2 252:0 252:1 252:2 252:3", 4);

    private final String table;
    private final int disks;

    Kind(String table, int disks) {
      this.table = table;
      this.disks = disks;
    }
  }

  @ParameterizedTest
  @EnumSource
  void synchronisedWrites_areThere(Kind kind) throws IOException {
    cuts(kind, 6);
  }

  @Tag("deep")
  @ParameterizedTest
  @EnumSource
  void synchronisedWrites_areThere_manyTimes(Kind kind) throws IOException {
    cuts(kind, 200);
  }

  private void cuts(Kind kind, int count) throws IOException {
    for (int seed = 0; seed < count; seed++) {
      new Story(kind, seed).play(folder.resolve(kind + "-" + seed + ".dm"));
    }
  }

  /** One run: its script, and what each block may hold at its end. */
  private static final class Story {
    private final Kind kind;
    private final int seed;
    private final Random random;
    private final List<String> script = new ArrayList<>();
    private final List<Set<Integer>> allowed = new ArrayList<>();

    Story(Kind kind, int seed) {
      this.kind = kind;
      this.seed = seed;
      random = new Random(seed * 7919L + kind.ordinal());
      for (int i = 0; i < BLOCKS; i++) {
        allowed.add(new HashSet<>(Set.of(0)));
      }
    }

    private void below(String target) {
      for (int i = 0; i < kind.disks; i++) {
        char name = (char) ('a' + i);
        script.add("load " + name + " 0 2048 " + target.formatted(i));
        script.add("suspend " + name + " noflush");
        script.add("resume " + name);
      }
    }

    private void write(boolean powered) {
      int block = random.nextInt(BLOCKS);
      int fill = 1 + random.nextInt(255);
      boolean sync = random.nextBoolean();
      script.add(
          (sync ? "write_sync d0 " : "write d0 ")
              + block * BLOCK
              + " "
              + BLOCK
              + " 0x%02x".formatted(fill));
      if (powered) {
        if (sync) {
          allowed.get(block).clear();
        }
        allowed.get(block).add(fill);
      }
    }

    private void load() {
      script.add("create d0");
      script.add("load d0 0 2048 " + kind.table);
      script.add("resume d0");
    }

    void play(Path file) throws IOException {
      script.add("kernel 6.1 preempt=full cpus=2");
      for (int i = 0; i < 8; i++) {
        script.add("disk ram" + i + " 1M");
      }
      for (int i = 0; i < kind.disks; i++) {
        script.add("create " + (char) ('a' + i));
      }
      below("linear 1:%d 0");
      load();
      int before = 1 + random.nextInt(12);
      for (int i = 0; i < before; i++) {
        write(true);
      }
      below("flakey 1:%d 0 0 600 1 drop_writes");
      write(false);
      write(false);
      script.add("remove d0");
      below("linear 1:%d 0");
      load();
      for (int i = 0; i < BLOCKS; i++) {
        script.add("read d0 " + i * BLOCK + " " + BLOCK);
      }
      Files.write(file, script);
      check(Cli.run("run", file.toString()));
    }

    private void check(Cli run) {
      assertEquals("CLEAN", run.verdict(), () -> kind + " " + seed + "\n" + run.out() + run.err());
      List<String> hashes =
          run.out().lines().filter(l -> l.contains(" fnv1a=")).map(String::strip).toList();
      assertEquals(BLOCKS, hashes.size(), run.out());
      for (int i = 0; i < BLOCKS; i++) {
        String found = hashes.get(i);
        boolean fits = allowed.get(i).stream().anyMatch(f -> found.endsWith(hash(f)));
        assertTrue(
            fits,
            kind + " " + seed + ", block " + i + ": " + found + " is none of " + allowed.get(i));
      }
    }

    private static String hash(int fill) {
      long h = 0xcbf29ce484222325L;
      for (int i = 0; i < BLOCK; i++) {
        h = (h ^ fill) * 0x100000001b3L;
      }
      return "fnv1a=%016x".formatted(h);
    }
  }
}
