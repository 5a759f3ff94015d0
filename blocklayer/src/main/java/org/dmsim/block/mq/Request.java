package org.dmsim.block.mq;

import java.util.ArrayDeque;
import java.util.List;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;

/**
 * {@code struct request}: one or more bios that lie side by side, on their way to a driver. It
 * belongs to one task at a time.
 */
public final class Request {

  /** What is called at its end in place of freeing it. */
  interface EndIo {
    void endIo(Request rq, BlkStatus error);
  }

  /** What a request goes through; {@link MqQueue} is one. */
  abstract static class Queue {
    abstract void issueDirectly(ArrayDeque<Request> plugged);

    abstract void insertRequests(List<Request> list, boolean runAsync);

    abstract void end(Request rq, BlkStatus status);
  }

  final Queue queue;
  int opf;

  /** For whom its first bio is. */
  int issuer;

  long sector;
  long bytes;
  int segments;
  boolean noMerge;
  boolean started;

  /** {@code rq->bio}: those not ended yet. */
  final BioList bios = new BioList();

  /** {@code rq->biotail}, which outlives the list. */
  Bio last;

  EndIo endIo;

  /** {@code RQF_FLUSH_SEQ}: it goes through the flush machinery. */
  boolean flushSequence;

  /** Steps of the flush machinery that are done. */
  int flushSteps;

  Request(Queue queue, int opf) {
    this.queue = queue;
    this.opf = opf;
  }

  /** Mirrors {@code blk_mq_bio_to_request}, 6.12. */
  void take(Bio bio, int bioSegments) {
    opf = bio.opf();
    issuer = bio.issuer();
    sector = bio.sector();
    bytes = bio.size();
    segments = bioSegments;
    bios.add(bio);
    last = bio;
  }

  /** Operation and flags, as in {@link Opf}. */
  public int opf() {
    return opf;
  }

  /** The operation. */
  public int op() {
    return Opf.op(opf);
  }

  /** First sector; -1 for the flush machinery's own request. */
  public long sector() {
    return sector;
  }

  /** How long it is. */
  public long sectors() {
    return bytes >> Sectors.SHIFT;
  }

  /** Its first bio; the others follow by {@link BioList}. Null for a flush. */
  public Bio firstBio() {
    return bios.peek();
  }

  /** Calls {@code each} for its bios in their order. */
  public BlkStatus forEach(java.util.function.Function<Bio, BlkStatus> each) {
    BlkStatus status = BlkStatus.OK;
    BioList walked = new BioList();
    for (Bio b = bios.pop(); b != null; b = bios.pop()) {
      walked.add(b);
      if (status == BlkStatus.OK) {
        status = each.apply(b);
      }
    }
    bios.merge(walked);
    return status;
  }

  /** Ends it; mirrors {@code blk_mq_end_request}, 6.12. */
  public void end(BlkStatus status) {
    queue.end(this, status);
  }

  @Override
  public String toString() {
    return Opf.rwbs(opf) + " " + sector + " + " + sectors();
  }
}
