package org.dmsim.block.mq;

import org.dmsim.block.BlkStatus;

/** What a driver of a disk does that takes requests: {@code struct blk_mq_ops}. */
public interface MqDriver {

  /**
   * Takes a request in hand; {@link Request#end} is called once, now or later. Mirrors {@code
   * queue_rq}.
   *
   * @return {@link BlkStatus#OK}, or what the request is to end with at once
   */
  BlkStatus queueRq(Request rq);

  /** Whether {@link #queueRq} may sleep: {@code BLK_MQ_F_BLOCKING}. */
  boolean maySleep();
}
