package org.dmsim.dm.targets.era;

import java.lang.foreign.MemorySegment;
import org.dmsim.dm.persistent.DiskBitset;
import org.dmsim.dm.persistent.Le;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.report.KernelSymbol;

/**
 * Enters the eras that are over in the array, a hundred blocks at a time: {@code struct digest},
 * 6.1.
 */
final class Digest {

  /** {@code INSERTS_PER_STEP}. */
  private static final int INSERTS_PER_STEP = 100;

  /** What is to be done next. */
  private interface Step {
    void run() throws MetadataException;
  }

  private final EraMetadata md;
  private Step step;
  private EraMetadata.Archived archived;
  private DiskBitset bitset;
  private int bits;
  private int currentBit;

  Digest(EraMetadata md) {
    this.md = md;
  }

  /** Begins, unless it goes on; mirrors {@code metadata_digest_start}. */
  void start() {
    if (step == null) {
      step = this::lookup;
    }
  }

  /** Does the next step; whether there is another. Mirrors {@code process_old_eras}. */
  @KernelSymbol("process_old_eras")
  boolean step() {
    if (step == null) {
      return false;
    }
    try {
      step.run();
    } catch (MetadataException e) {
      DmLog.say(EraMetadata.PREFIX, "process_old_eras: digest step failed, stopping digestion");
      step = null;
    }
    return step != null;
  }

  @KernelSymbol("metadata_digest_lookup_writeset")
  private void lookup() throws MetadataException {
    archived = md.oldest();
    if (archived == null) {
      step = null;
      return;
    }
    bitset = md.newBitset(); // what another one keeps in memory must not be seen
    bits = Integer.compareUnsigned(archived.bits(), md.blocks) < 0 ? archived.bits() : md.blocks;
    currentBit = 0;
    step = this::transcribe;
  }

  @KernelSymbol("metadata_digest_transcribe_writeset")
  private void transcribe() throws MetadataException {
    int end = Math.min(currentBit + INSERTS_PER_STEP, bits);
    byte[] value = new byte[Integer.BYTES];
    MemorySegment.ofArray(value).set(Le.LE32, 0, (int) archived.era());
    for (int b = currentBit; b < end; b++) {
      if (isMarked(b)) {
        md.enter(b, value);
      }
    }
    if (end == bits) {
      step = this::remove;
    } else {
      currentBit = end;
    }
  }

  private boolean isMarked(int b) throws MetadataException {
    try {
      return bitset.test(archived.root(), b).set();
    } catch (MetadataException e) {
      DmLog.say(EraMetadata.PREFIX, "writeset_marked_on_disk: dm_bitset_test_bit failed");
      DmLog.say(
          EraMetadata.PREFIX,
          "metadata_digest_transcribe_writeset: writeset_marked_on_disk failed");
      throw e;
    }
  }

  @KernelSymbol("metadata_digest_remove_writeset")
  private void remove() throws MetadataException {
    md.forget(archived.era());
    step = this::lookup;
  }
}
