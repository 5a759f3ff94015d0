package org.dmsim.dm.targets.mirror;

import java.util.ArrayDeque;
import org.dmsim.block.bio.BioList;
import org.dmsim.memory.SharedInt;

/** A region that something happens to: {@code struct dm_region}. */
final class Region {

  /** What may be done with it: {@code DM_RH_*}. */
  enum State {
    CLEAN,
    DIRTY,
    NOSYNC,
    RECOVERING
  }

  final long key;
  State state;

  /** Writes on their way. */
  final SharedInt pending = new SharedInt("reg->pending", 0);

  /** Writes that wait for its recovery. */
  final BioList delayedBios = new BioList();

  /** The list that it is on; null for none. */
  private ArrayDeque<Region> list;

  Region(long key, State state) {
    this.key = key;
    this.state = state;
  }

  /** Takes it off its list; {@code list_del_init}. */
  void unlink() {
    if (list != null) {
      list.remove(this);
      list = null;
    }
  }

  void addFirst(ArrayDeque<Region> to) {
    unlink();
    to.addFirst(this);
    list = to;
  }

  void addLast(ArrayDeque<Region> to) {
    unlink();
    to.addLast(this);
    list = to;
  }
}
