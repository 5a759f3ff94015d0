package org.dmsim.lockdep;

import java.util.Arrays;
import org.dmsim.machine.Shared;

/**
 * What lockdep knows of one lock: its class by name, and how it waits. Mirrors {@code struct
 * lockdep_map}, 6.1. A class of locks is told by its name; locks that share a name share a class.
 */
public final class LockMap {

  private final String name;
  private final WaitType outer;
  private final WaitType inner;
  private final long address;
  private int usageAtBoot;
  private boolean rcuFlavour;
  private Object classesOf;
  private LockClass[] classes = {};

  /**
   * Of a lock.
   *
   * @param name the class as lockdep prints it: {@code &md->suspend_lock}
   * @param outer in what a context it may be taken; {@link WaitType#INVALID} for the same as inner
   * @param inner what may be taken inside it
   * @param owner the lock, whose identity gives the address that reports print
   */
  public LockMap(String name, WaitType outer, WaitType inner, Shared owner) {
    this(name, outer, inner, address(owner.id()));
  }

  LockMap(String name, WaitType outer, WaitType inner, long address) {
    this.name = name;
    this.outer = outer;
    this.inner = inner;
    this.address = address;
  }

  /**
   * An address for an object that has none: the same in every schedule, in the range where kernels
   * have their direct mapping.
   */
  public static long address(long id) {
    return 0xffff_8880_0000_0000L + (id >>> 34 << 6);
  }

  /** The class's name. */
  public String name() {
    return name;
  }

  /** In what a context it may be taken. */
  public WaitType outer() {
    return outer == WaitType.INVALID ? inner : outer;
  }

  /** What may be taken inside it. */
  public WaitType inner() {
    return inner;
  }

  /** Says in which contexts the kernel has used the class while it booted. */
  LockMap usedAtBoot(int usage) {
    usageAtBoot = usage;
    return this;
  }

  /** Says that it stands for a flavour of RCU: inside its sections nobody may sleep. */
  LockMap ofRcuFlavour() {
    rcuFlavour = true;
    return this;
  }

  boolean isRcuFlavour() {
    return rcuFlavour;
  }

  int usageAtBoot() {
    return usageAtBoot;
  }

  /** As a report prints it. */
  String address() {
    return Long.toHexString(address);
  }

  /** Its class in a machine's lockdep; null if it has none yet. */
  LockClass classIn(Object lockdep, int subclass) {
    return classesOf == lockdep && subclass < classes.length ? classes[subclass] : null;
  }

  /** Keeps its class at hand; that in another machine is forgotten. */
  void keepClass(Object lockdep, int subclass, LockClass c) {
    if (classesOf != lockdep) {
      classesOf = lockdep;
      classes = new LockClass[subclass + 1];
    } else if (classes.length <= subclass) {
      classes = Arrays.copyOf(classes, subclass + 1);
    }
    classes[subclass] = c;
  }

  @Override
  public String toString() {
    return name;
  }
}
