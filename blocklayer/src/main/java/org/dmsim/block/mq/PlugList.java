package org.dmsim.block.mq;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.bio.Plug;
import org.dmsim.report.KernelSymbol;

/** {@code plug->mq_list}: the requests that a task holds back, of any queues. */
final class PlugList implements Plug.Held {

  private static final int MAX_REQUESTS = 32;

  /** Bytes of the last request beyond which it is let go. */
  private static final long FLUSH_SIZE = 128 * 1024;

  private final ArrayDeque<Request> requests = new ArrayDeque<>();
  private int count;
  private boolean multipleQueues;

  /** That of a plug. */
  static PlugList of(Plug plug) {
    if (plug.held() == null) {
      plug.hold(new PlugList());
    }
    return (PlugList) plug.held();
  }

  /** Mirrors {@code blk_add_rq_to_plug}, 6.12. */
  @KernelSymbol("blk_add_rq_to_plug")
  void add(Request rq) {
    Request last = requests.peekLast();
    int most = multipleQueues ? 2 * MAX_REQUESTS : MAX_REQUESTS;
    if (count != 0 && (count >= most || last.bytes >= FLUSH_SIZE)) {
      flush(false);
      last = null;
    }
    if (last != null && last.queue != rq.queue) {
      multipleQueues = true;
    }
    requests.add(rq);
    count++;
  }

  /**
   * The request that a bio for {@code queue} may be merged with: the last one, or where there are
   * several queues the first of that queue. Mirrors {@code blk_attempt_plug_merge}, 6.12.
   */
  Request candidate(Request.Queue queue) {
    Request last = requests.peekLast();
    if (last == null || last.queue == queue || !multipleQueues) {
      return last != null && last.queue == queue ? last : null;
    }
    return requests.stream().filter(r -> r.queue == queue).findFirst().orElse(null);
  }

  /** Mirrors {@code blk_mq_flush_plug_list}, 6.12. */
  @Override
  @KernelSymbol("blk_mq_flush_plug_list")
  public void flush(boolean fromSchedule) {
    // A driver that sleeps comes here again, while its requests are being handed out.
    if (count == 0) {
      return;
    }
    count = 0;
    boolean several = multipleQueues;
    multipleQueues = false;
    if (!several && !fromSchedule) {
      requests.peek().queue.issueDirectly(requests);
    }
    while (!requests.isEmpty()) {
      dispatch(fromSchedule);
    }
  }

  /** Mirrors {@code blk_mq_dispatch_plug_list}, 6.12: those of the first one's queue. */
  private void dispatch(boolean fromSchedule) {
    Request.Queue queue = requests.peek().queue;
    List<Request> own = new ArrayList<>();
    requests.removeIf(r -> r.queue == queue && own.add(r));
    queue.insertRequests(own, fromSchedule);
  }
}
