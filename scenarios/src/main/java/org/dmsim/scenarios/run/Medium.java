package org.dmsim.scenarios.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.dmsim.block.Errno;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.syscall.BlockFile;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.scenarios.script.Step;
import org.dmsim.scenarios.script.Verb;

/**
 * The commands that put bytes onto a device, and look at them: each opens it with O_DIRECT and
 * makes as many reads and writes as it takes.
 */
final class Medium {

  /** Bytes of one read or write of {@code pattern}, {@code hash} and {@code image}. */
  private static final int AREA = 65536;

  /** Bytes of one read or write of {@code dump} and {@code poke}. */
  private static final int BLOCK = 4096;

  private static final int ROW = 16;

  /** 2⁶⁴ divided by the golden ratio. */
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final Function<String, BlockDevice> devices;
  private Path images;

  /** On the devices that {@code devices} knows by name; null for a device that is not there. */
  Medium(Function<String, BlockDevice> devices) {
    this.devices = devices;
  }

  /** Takes the files of {@code image} from that directory, whatever script names them. */
  void imagesIn(Path directory) {
    images = directory;
  }

  /** A command that {@link Verb#isOfMedium}. */
  List<String> perform(Step step) {
    boolean writes = step.verb() != Verb.HASH && step.verb() != Verb.DUMP;
    byte[] image = step.verb() == Verb.IMAGE ? image(step) : null;
    Syscalls.Opened o = Syscalls.open(devices.apply(step.arg(0)), writes);
    if (o.error() != 0) {
      return List.of("open " + Errno.name(o.error()));
    }
    try {
      return switch (step.verb()) {
        case PATTERN -> List.of(pattern(o.file(), step.number(1), step.number(2), step.number(3)));
        case HASH -> List.of(hash(o.file(), step.number(1), step.number(2)));
        case DUMP -> dump(o.file(), step.number(1), step.number(2));
        case POKE -> List.of(poke(o.file(), step.number(1), HexFormat.of().parseHex(step.arg(2))));
        default -> List.of(put(o.file(), step.arg(2).isEmpty() ? 0 : step.number(2), image));
      };
    } finally {
      Syscalls.close(o.file());
    }
  }

  private static String pattern(BlockFile file, long offset, long length, long seed) {
    byte[] area = new byte[(int) Math.min(length, AREA)];
    ByteBuffer words = ByteBuffer.wrap(area).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = offset; at < offset + length; at += area.length) {
      int n = (int) Math.min(offset + length - at, area.length);
      for (int i = 0; i + Long.BYTES <= n; i += Long.BYTES) {
        words.putLong(i, ((at + i) / Long.BYTES + (seed << 32)) * GOLDEN);
      }
      long done = Syscalls.pwritev2(file, area, 0, n, at, 0);
      if (done != n) {
        return failed(done, at);
      }
    }
    return "ok";
  }

  private static String hash(BlockFile file, long offset, long length) {
    byte[] area = new byte[(int) Math.min(length, AREA)];
    long h = BlockIo.FNV_OFFSET;
    for (long at = offset; at < offset + length; at += area.length) {
      int n = (int) Math.min(offset + length - at, area.length);
      long done = Syscalls.preadv2(file, area, 0, n, at, 0);
      if (done != n) {
        return failed(done, at);
      }
      h = BlockIo.fnv1a(h, area, n);
    }
    return "fnv1a=%016x".formatted(h);
  }

  /** Rows that are not all zero; equal rows that follow one are one asterisk. */
  private static List<String> dump(BlockFile file, long offset, long length) {
    List<String> lines = new ArrayList<>();
    byte[] block = new byte[BLOCK];
    byte[] above = null;
    boolean folded = false;
    for (long at = offset & -BLOCK; at < offset + length; at += BLOCK) {
      long done = Syscalls.preadv2(file, block, 0, BLOCK, at, 0);
      if (done != BLOCK) {
        lines.add(failed(done, at));
        break;
      }
      for (int i = 0; i < BLOCK; i += ROW) {
        if (at + i < offset || at + i >= offset + length) {
          continue;
        }
        byte[] row = Arrays.copyOfRange(block, i, i + ROW);
        if (Arrays.equals(row, new byte[ROW])) {
          above = null;
        } else if (Arrays.equals(row, above)) {
          if (!folded) {
            lines.add("*");
          }
          folded = true;
          continue;
        } else {
          lines.add("%08x: %s".formatted(at + i, HexFormat.ofDelimiter(" ").formatHex(row)));
          above = row;
        }
        folded = false;
      }
    }
    return lines;
  }

  private static String poke(BlockFile file, long offset, byte[] bytes) {
    byte[] block = new byte[BLOCK];
    int put = 0;
    while (put < bytes.length) {
      long at = (offset + put) & -BLOCK;
      int from = (int) (offset + put - at);
      int n = Math.min(bytes.length - put, BLOCK - from);
      long done = Syscalls.preadv2(file, block, 0, BLOCK, at, 0);
      if (done == BLOCK) {
        System.arraycopy(bytes, put, block, from, n);
        done = Syscalls.pwritev2(file, block, 0, BLOCK, at, 0);
      }
      if (done != BLOCK) {
        return done < 0 ? Errno.name((int) done) : "short";
      }
      put += n;
    }
    return "ok";
  }

  private byte[] image(Step step) {
    Path file =
        images != null
            ? images.resolve(step.arg(1))
            : Path.of(step.place().file()).resolveSibling(step.arg(1));
    try {
      byte[] bytes = Files.readAllBytes(file);
      return Arrays.copyOf(bytes, (bytes.length + BLOCK - 1) & -BLOCK);
    } catch (IOException e) {
      throw new ScriptError(
          step.places().get(1),
          "cannot read "
              + file
              + "; image takes a file by its path from "
              + (images != null ? "the directory images beside the recording" : "the script's"));
    }
  }

  private static String put(BlockFile file, long offset, byte[] image) {
    for (int at = 0; at < image.length; at += AREA) {
      int n = Math.min(image.length - at, AREA);
      long done = Syscalls.pwritev2(file, image, at, n, offset + at, 0);
      if (done != n) {
        return failed(done, offset + at);
      }
    }
    return "ok";
  }

  private static String failed(long done, long at) {
    return (done < 0 ? Errno.name((int) done) : "short") + " at " + at;
  }
}
