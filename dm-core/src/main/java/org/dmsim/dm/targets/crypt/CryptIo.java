package org.dmsim.dm.targets.crypt;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.dm.targets.TaggedBio;
import org.dmsim.dm.targets.TargetClone;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;

/**
 * One bio on its way: read first and decrypted in place, or encrypted into pages of its own and
 * written from there. Mirrors {@code struct dm_crypt_io}, 6.1.
 */
final class CryptIo {

  private static final BioEndIo ENDIO = CryptIo::endio;

  private final Crypt cc;
  private final Bio base;
  private final long sector;
  private final SharedInt pending = new SharedInt("io->io_pending", 0);
  private BlkStatus error = BlkStatus.OK;

  /** The bio that carries the encrypted bytes. */
  private Bio out;

  /** What lies beside the sectors on the device below; null for nothing. */
  private final byte[] tags;

  /** {@code aead_recheck}: what was not authentic is read again, elsewhere. */
  private boolean rechecks;

  /** {@code aead_failed}. */
  private boolean isNotAuthentic;

  /**
   * Mirrors {@code crypt_io_init}.
   *
   * @param sector from the begin of the target
   */
  CryptIo(Crypt cc, Bio base, long sector) {
    this.cc = cc;
    this.base = base;
    this.sector = sector;
    tags = cc.tagSize() == 0 ? null : new byte[(int) base.size() / cc.sectorSize() * cc.tagSize()];
  }

  /** First sector, from the begin of the target. */
  long sector() {
    return sector;
  }

  private boolean writes() {
    return Opf.isWrite(base.opf());
  }

  /** Begins: what {@code crypt_map} does with a bio that it does not pass on. */
  void begin() {
    if (writes()) {
      queueCrypt();
    } else if (!read(Gfp.NOWAIT)) {
      queueRead();
    }
  }

  private void incPending() {
    pending.add(1);
  }

  /** Mirrors {@code crypt_dec_pending}: the last one ends the bio, and this is gone with it. */
  @KernelSymbol("crypt_dec_pending")
  private void decPending() {
    if (pending.decAndTest()) {
      if (!rechecks && isNotAuthentic && !writes()) {
        rechecks = true;
        isNotAuthentic = false;
        error = BlkStatus.OK;
        queueRead();
        return;
      }
      base.setStatus(error);
      base.endio();
    }
  }

  // ---- reading, and submitting what was encrypted
  // ------------------------------------------------

  /** Mirrors {@code kcryptd_io_read}: false if there is no memory for a clone. */
  @KernelSymbol("kcryptd_io_read")
  private boolean read(int gfp) {
    if (rechecks) {
      return Gfp.allowsBlocking(gfp) && readElsewhere();
    }
    Bio clone = cc.cloneForRead(base, gfp);
    if (clone == null) {
      return false;
    }
    clone.setOwner(this);
    clone.setEndIo(ENDIO);
    incPending();
    clone.setSector(cc.start() + sector);
    submit(clone);
    return true;
  }

  private boolean readElsewhere() {
    incPending();
    out = cc.allocBuffer(base);
    out.setOwner(this);
    out.setEndIo(ENDIO);
    out.setSector(cc.start() + sector);
    submit(out);
    return true;
  }

  @KernelSymbol("kcryptd_queue_read")
  private void queueRead() {
    cc.ioQueue().queue(new Work("(work_completion)(&io->work)", this::readWork));
  }

  @KernelSymbol("kcryptd_io_read_work")
  private void readWork() {
    incPending();
    if (!read(Gfp.NOIO)) {
      error = BlkStatus.RESOURCE;
    }
    decPending();
  }

  /** Sends the encrypted bytes; {@code kcryptd_io_write}. */
  @KernelSymbol("kcryptd_io_write")
  void submitWrite() {
    submit(out);
  }

  private void submit(Bio clone) {
    if (tags != null) {
      ((TaggedBio) clone).tags(tags, clone.sector());
    }
    ((TargetClone) base).submitRemap(clone);
  }

  /** Mirrors {@code crypt_endio}: of the bio that went to the device below, in any context. */
  @KernelSymbol("crypt_endio")
  private static void endio(Bio clone) {
    CryptIo io = (CryptIo) clone.owner();
    boolean write = Opf.isWrite(clone.opf());
    BlkStatus status = clone.status();
    if (io.rechecks && status == BlkStatus.OK) {
      io.queueCrypt();
      return;
    }
    if (write || io.rechecks) {
      io.cc.freePages(clone);
    }
    clone.put();
    if (!write && status == BlkStatus.OK) {
      io.queueCrypt();
      return;
    }
    if (status != BlkStatus.OK) {
      io.error = status;
    }
    io.decPending();
  }

  // ---- encrypting and decrypting
  // -----------------------------------------------------------------

  /** Mirrors {@code kcryptd_queue_crypt}: here and now, if so asked and the context allows. */
  @KernelSymbol("kcryptd_queue_crypt")
  private void queueCrypt() {
    if (cc.bypassesQueue(writes())) {
      crypt();
    } else {
      cc.cryptQueue().queue(new Work("(work_completion)(&io->work)", this::crypt));
    }
  }

  @KernelSymbol("kcryptd_crypt")
  private void crypt() {
    if (writes()) {
      writeConvert();
    } else {
      readConvert();
    }
  }

  @KernelSymbol("kcryptd_crypt_read_convert")
  private void readConvert() {
    incPending();
    int length = (int) base.size();
    byte[] data = rechecks ? out.data() : base.data();
    int at = rechecks ? 0 : base.dataOffset();
    int failed = cc.convert(false, sector, tags, data, at, length, data, at);
    if (failed >= 0) {
      isNotAuthentic = true;
      error = BlkStatus.PROTECTION;
      if (rechecks) {
        long where = sector + (long) failed * (cc.sectorSize() >> Sectors.SHIFT);
        CryptTarget.say(out.bdev().name() + ": INTEGRITY AEAD ERROR, sector " + where);
      }
    }
    readDone();
    decPending();
  }

  @KernelSymbol("kcryptd_crypt_read_done")
  private void readDone() {
    if (rechecks) {
      if (error == BlkStatus.OK) {
        System.arraycopy(out.data(), 0, base.data(), base.dataOffset(), (int) base.size());
      }
      cc.freePages(out);
      out.put();
    }
    decPending();
  }

  /** The write owns three counts meanwhile: of this function, of the bio below. */
  @KernelSymbol("kcryptd_crypt_write_convert")
  private void writeConvert() {
    incPending();
    int length = (int) base.size();
    out = cc.allocBuffer(base);
    out.setOwner(this);
    out.setEndIo(ENDIO);
    incPending();
    byte[] to = out.data();
    cc.convert(true, sector, tags, base.data(), base.dataOffset(), length, to, out.dataOffset());
    writeIoSubmit();
    decPending();
  }

  @KernelSymbol("kcryptd_crypt_write_io_submit")
  private void writeIoSubmit() {
    out.setSector(cc.start() + sector);
    if (cc.submitsAtOnce()) {
      submit(out);
    } else {
      cc.writeThread().add(this);
    }
  }
}
