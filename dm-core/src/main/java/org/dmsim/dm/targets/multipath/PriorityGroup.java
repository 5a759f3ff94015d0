package org.dmsim.dm.targets.multipath;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SlabObject;

/** Paths that are used together, and what chooses among them: {@code struct priority_group}. */
final class PriorityGroup extends SlabObject {

  /** Its place in the table line, from 1. */
  final int number;

  final PathSelector selector;
  final List<Path> paths = new ArrayList<>();
  private final SharedInt bypassed = new SharedInt("pg->bypassed", 0);

  PriorityGroup(int number, PathSelector selector) {
    super("kmalloc-96");
    this.number = number;
    this.selector = selector;
  }

  /** Whether it is to be avoided while another group has a path. Also asked without the lock. */
  boolean isBypassed() {
    return bypassed.readOnce() != 0;
  }

  void bypass(boolean on) {
    bypassed.writeOnce(on ? 1 : 0);
  }

  void destroy() {
    paths.forEach(SlabObject::free);
    free();
  }

  /** The target frees it. */
  @Override
  protected boolean isReachable() {
    return true;
  }

  @Override
  public String label() {
    return "priority_group";
  }
}
