package org.dmsim.dm.targets.verity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.dm.bufio.BufioClient;
import org.dmsim.dm.bufio.BufioException;
import org.dmsim.dm.bufio.DmBuffer;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/**
 * Forward error correction: each byte of a block is one of a Reed-Solomon code word, whose others
 * lie in blocks far away. Mirrors {@code dm-verity-fec.c}, 6.1; buffers for all code words of a
 * block are taken to be had at once.
 */
final class Fec {

  private final Verity v;
  private final int roots;

  /** Data bytes of a code word: {@code rsn}. */
  private final int dataBytes;

  /** Blocks between two neighbours in a code word. */
  private final long rounds;

  private final long hashBlocks;
  private final BufioClient parity;
  private final BufioClient dataBlocks;
  private final ReedSolomon code;

  /** Mirrors {@code verity_fec_ctr}. */
  @KernelSymbol("verity_fec_ctr")
  Fec(Verity v) throws TargetError {
    VerityOptions o = v.options;
    this.v = v;
    if (v.dataBits != v.hashBits) {
      throw error(Errno.EINVAL, "Block sizes must match to use FEC");
    }
    if (o.fecRoots == 0) {
      throw error(Errno.EINVAL, "Missing fec_roots");
    }
    if (o.fecBlocks == 0) {
      throw error(Errno.EINVAL, "Missing fec_blocks");
    }
    roots = o.fecRoots;
    dataBytes = ReedSolomon.LENGTH - roots;
    rounds =
        Long.divideUnsigned(o.fecBlocks, dataBytes)
            + (Long.remainderUnsigned(o.fecBlocks, dataBytes) == 0 ? 0 : 1);
    long covered = v.dataBlocks + v.geometry.end() - v.hashStart;
    if (Long.compareUnsigned(o.fecBlocks, covered) < 0 || rounds == 0) {
      throw error(Errno.EINVAL, "Invalid fec_blocks");
    }
    hashBlocks = o.fecBlocks - v.dataBlocks;
    if (Long.compareUnsigned(v.bufio.deviceSize(), v.hashStart + hashBlocks) < 0) {
      throw error(Errno.E2BIG, "Hash device is too small for fec_blocks");
    }
    int blockSize = 1 << v.dataBits;
    parity = new BufioClient(o.fecDevice.bdev(), blockSize, 1, null, null, false);
    parity.setSectorOffset(o.fecStart << v.dataShift());
    dataBlocks = new BufioClient(v.dataDev.bdev(), blockSize, 1, null, null, false);
    String tooSmall =
        Long.compareUnsigned(parity.deviceSize(), rounds * roots) < 0
            ? "FEC device is too small"
            : Long.compareUnsigned(dataBlocks.deviceSize(), v.dataBlocks) < 0
                ? "Data device is too small"
                : null;
    if (tooSmall != null) {
      destroy();
      throw error(Errno.E2BIG, tooSmall);
    }
    code = new ReedSolomon(roots);
  }

  private static TargetError error(int errno, String text) {
    return new TargetError(errno, text);
  }

  void destroy() {
    dataBlocks.destroy();
    parity.destroy();
  }

  private void say(String text) {
    DmLog.say("verity-fec", v.dataDev.name() + ": FEC " + text);
  }

  /** Corrects a hash block in its buffer; false if it cannot. */
  boolean decodeMetadata(VerityIo io, long hashBlock, byte[] data) throws VerityException {
    return decode(io, hashBlock - v.hashStart + v.dataBlocks, data, 0);
  }

  /** Corrects a data block where it was read to; false if it cannot. */
  boolean decodeData(VerityIo io, long block, byte[] data, int at) throws VerityException {
    return decode(io, block, data, at);
  }

  /**
   * Tries without erasures first, since to look for them all blocks must be verified. Mirrors
   * {@code verity_fec_decode}.
   */
  @KernelSymbol("verity_fec_decode")
  private boolean decode(VerityIo io, long block, byte[] data, int at) throws VerityException {
    if (io.fecLevel != 0) {
      return false;
    }
    io.fecLevel++;
    long target = block << v.dataBits;
    long round = rounds << v.dataBits;
    long first = target - Long.divideUnsigned(target, round) * round;
    byte[] output = decodeBlock(io, first, target, false);
    if (output == null) {
      output = decodeBlock(io, first, target, true);
    }
    if (output != null) {
      System.arraycopy(output, 0, data, at, output.length);
    }
    io.fecLevel--;
    return output != null;
  }

  /**
   * All code words of one block. Mirrors {@code fec_decode_rsb}.
   *
   * @param first number of the first code word
   * @param target where the block begins in what is covered
   * @return the corrected block; null if it is not what its digest says
   */
  @KernelSymbol("fec_decode_rsb")
  private byte[] decodeBlock(VerityIo io, long first, long target, boolean useErasures)
      throws VerityException {
    int size = 1 << v.dataBits;
    byte[] words = new byte[size * dataBytes];
    List<Integer> erasures = new ArrayList<>();
    int index = read(io, first, target, words, useErasures ? erasures : null);
    if (index < 0) {
      return null;
    }
    byte[] output = correct(first, words, index, erasures);
    if (output == null) {
      return null;
    }
    if (!Arrays.equals(v.digests.of(output, 0, size), io.want)) {
      say(Long.toUnsignedString(first) + ": failed to correct (" + erasures.size() + " erasures)");
      return null;
    }
    return output;
  }

  /**
   * Where byte {@code offset} of the code words lies in what is covered: {@code fec_interleave}.
   */
  private long interleave(long offset) {
    long place = Long.remainderUnsigned(offset, dataBytes);
    return Long.divideUnsigned(offset, dataBytes) + place * (rounds << v.dataBits);
  }

  /**
   * Reads the blocks of the code words. Mirrors {@code fec_read_bufs}.
   *
   * @param words gets the code words, one after the other
   * @param erasures gets the places of blocks that are known to be wrong; null to look for none
   * @return the place of the block to be corrected
   */
  @KernelSymbol("fec_read_bufs")
  private int read(VerityIo io, long first, long target, byte[] words, List<Integer> erasures)
      throws VerityException {
    int index = -1;
    for (int i = 0; i < dataBytes; i++) {
      long covered = interleave(first * dataBytes + i);
      index = covered == target ? i : index;
      long block = covered >>> v.dataBits;
      BufioClient client = dataBlocks;
      if (Long.compareUnsigned(block, v.dataBlocks) >= 0) {
        block -= v.dataBlocks;
        if (Long.compareUnsigned(block, hashBlocks) >= 0) {
          continue; // zeroes, by agreement
        }
        block += v.hashStart;
        client = v.bufio;
      }
      DmBuffer buf;
      try {
        buf = client.read(block);
      } catch (BufioException e) {
        say(
            Long.toUnsignedString(first)
                + ": read failed ("
                + Long.toUnsignedString(block)
                + "): -"
                + e.errno());
        note(erasures, i);
        continue;
      }
      if (client != dataBlocks || !isZeroOrErased(io, block, buf, erasures, i)) {
        for (int w = 0; w < 1 << v.dataBits; w++) {
          words[w * dataBytes + i] = buf.data()[w];
        }
      }
      client.release(buf);
    }
    return index;
  }

  private void note(List<Integer> erasures, int place) {
    if (erasures != null && erasures.size() < roots) {
      erasures.add(place);
    }
  }

  /** Looks at a data block's digest; true if it is that of zeroes, and nothing is to be copied. */
  private boolean isZeroOrErased(
      VerityIo io, long block, DmBuffer buf, List<Integer> erasures, int place) {
    byte[] want = new byte[v.digests.size()];
    try {
      if (v.hashForBlock(io, block, want)) {
        return true;
      }
      if (erasures != null
          && erasures.size() < roots
          && !Arrays.equals(v.digests.of(buf.data(), 0, 1 << v.dataBits), want)) {
        erasures.add(place);
      }
    } catch (VerityException notKnown) {
      // its digest cannot be had, so nothing is known of it
    }
    return false;
  }

  /**
   * Corrects the code words. Mirrors {@code fec_decode_bufs}.
   *
   * @param index the place in each of the byte that is wanted
   * @return these bytes; null if a code word has too many errors
   */
  @KernelSymbol("fec_decode_bufs")
  private byte[] correct(long first, byte[] words, int index, List<Integer> erasures) {
    byte[] output = new byte[1 << v.dataBits];
    int corrected = 0;
    Parity bytes = new Parity(first);
    for (int w = 0; w < output.length; w++) {
      byte[] par = bytes.of(w);
      if (par == null) {
        return null;
      }
      int r = code.decode(words, w * dataBytes, dataBytes, par, erasures);
      if (r < 0) {
        bytes.release();
        if (!erasures.isEmpty()) {
          say(Long.toUnsignedString(first) + ": failed to correct: -" + EBADMSG);
        }
        return null;
      }
      corrected += r;
      output[w] = words[w * dataBytes + index];
    }
    bytes.release();
    if (corrected > 0) {
      say(Long.toUnsignedString(first) + ": corrected " + corrected + " errors");
    }
    return output;
  }

  private static final int EBADMSG = 74;

  /** The parity bytes of code words that follow one another. */
  private final class Parity {
    private final long first;
    private DmBuffer buf;

    Parity(long first) {
      this.first = first;
    }

    /** Those of a code word; null if they cannot be read. Mirrors {@code fec_read_parity}. */
    @KernelSymbol("fec_read_parity")
    byte[] of(int word) {
      byte[] par = new byte[roots];
      for (int i = 0; i < roots; i++) {
        long position = (first + word) * roots + i;
        long block = position >>> v.dataBits;
        if ((buf == null || buf.block() != block) && !load(block)) {
          return null;
        }
        par[i] = buf.data()[(int) (position & (1 << v.dataBits) - 1)];
      }
      return par;
    }

    private boolean load(long block) {
      release();
      try {
        buf = parity.read(block);
        return true;
      } catch (BufioException e) {
        say(
            Long.toUnsignedString(first)
                + ": parity read failed (block "
                + block
                + "): -"
                + e.errno());
        return false;
      }
    }

    void release() {
      if (buf != null) {
        parity.release(buf);
        buf = null;
      }
    }
  }
}
