package org.dmsim.dm.kcopyd;

import org.dmsim.block.Opf;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.locking.Mutex;
import org.dmsim.memory.SharedInt;

/** One copy, or one of the parts that a large copy is cut into: {@code struct kcopyd_job}. */
final class CopyJob {

  final Mutex lock = new Mutex("&job->lock");
  final SharedInt subJobs = new SharedInt("job->sub_jobs", 0);

  boolean ignoreErrors;
  boolean readError;
  long writeErrors;

  /** REQ_OP_READ at first, then REQ_OP_WRITE; REQ_OP_WRITE_ZEROES for zeroes. */
  int op;

  IoRegion source;
  IoRegion[] destinations;

  /** What was read and is to be written; null until memory is there. */
  byte[] pages;

  /** Whether {@link #pages} are zeroes that all jobs share. */
  boolean zeroes;

  CopyNotify notify;

  /** The whole copy; itself where it is not cut. */
  CopyJob master;

  /** Sectors of the source that were handed out to parts. */
  long progress;

  void begin(boolean ignore, CopyNotify fn) {
    ignoreErrors = ignore;
    readError = false;
    writeErrors = 0;
    source = null;
    destinations = null;
    pages = null;
    zeroes = false;
    notify = fn;
    master = this;
    progress = 0;
  }

  boolean isWrite() {
    return Opf.isWrite(op);
  }

  /** Makes it a part of {@code whole}: {@code count} sectors from {@code from} on. */
  void beginPart(CopyJob whole, long from, long count) {
    ignoreErrors = whole.ignoreErrors;
    readError = whole.readError;
    writeErrors = whole.writeErrors;
    op = whole.op;
    zeroes = whole.zeroes;
    pages = whole.pages;
    master = whole;
    source = part(whole.source, from, count);
    destinations = new IoRegion[whole.destinations.length];
    for (int i = 0; i < destinations.length; i++) {
      destinations[i] = part(whole.destinations[i], from, count);
    }
  }

  private static IoRegion part(IoRegion whole, long from, long count) {
    return new IoRegion(whole.bdev(), whole.sector() + from, count);
  }
}
