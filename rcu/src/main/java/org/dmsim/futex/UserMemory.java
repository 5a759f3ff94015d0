package org.dmsim.futex;

import java.util.Arrays;

/**
 * A process's address space ({@code mm_struct}): which addresses are mapped, and to what.
 *
 * <p>Interface: addresses are those of x86-64 with four levels of page tables. Mappings are made
 * before the threads of the process run, or by one of them while no other looks.
 */
public final class UserMemory implements FutexSpace {

  /** Bytes in a page. */
  public static final int PAGE_SIZE = 4096;

  /** First address that {@code access_ok} refuses: what lies from here on is not user space's. */
  public static final long TASK_SIZE = 0x7fff_ffff_f000L;

  private final String name;
  private Mapping[] mappings = {};

  /** An empty address space; {@code name} is for messages. */
  public UserMemory(String name) {
    this.name = name;
  }

  /**
   * One mapped range ({@code vm_area_struct}).
   *
   * @param start first address
   * @param length bytes
   * @param pages what is mapped
   * @param writable whether stores are allowed
   */
  record Mapping(long start, long length, Pages pages, boolean writable) {

    /** Whether all of an access lies inside. */
    boolean holds(long address, int size) {
      long offset = address - start;
      return offset >= 0 && offset <= length - size;
    }

    int offset(long address) {
      return (int) (address - start);
    }
  }

  /** {@code mmap} at a fixed address, readable and writable. */
  public void map(long address, Pages pages) {
    map(address, pages, true);
  }

  /**
   * {@code mmap} at a fixed address that is still free.
   *
   * @throws IllegalArgumentException if the range is misaligned, in use, or not user space's
   */
  public void map(long address, Pages pages, boolean writable) {
    if (address % PAGE_SIZE != 0 || address < 0 || address > TASK_SIZE - pages.length()) {
      throw new IllegalArgumentException(
          "0x" + Long.toHexString(address) + " is no page of user space");
    }
    int at = 0;
    while (at < mappings.length && mappings[at].start < address) {
      at++;
    }
    boolean overlapsBelow = at > 0 && mappings[at - 1].start + mappings[at - 1].length > address;
    boolean overlapsAbove = at < mappings.length && mappings[at].start < address + pages.length();
    if (overlapsBelow || overlapsAbove) {
      throw new IllegalArgumentException(
          "0x" + Long.toHexString(address) + " is mapped already in " + name);
    }
    Mapping[] more = new Mapping[mappings.length + 1];
    System.arraycopy(mappings, 0, more, 0, at);
    more[at] = new Mapping(address, pages.length(), pages, writable);
    System.arraycopy(mappings, at, more, at + 1, mappings.length - at);
    mappings = more;
  }

  /** {@code munmap} of one whole mapping; an address that none begins at is left alone. */
  public void unmap(long address) {
    mappings = Arrays.stream(mappings).filter(m -> m.start != address).toArray(Mapping[]::new);
  }

  /** How many ranges are mapped. */
  public int mappingCount() {
    return mappings.length;
  }

  /** The mapping that holds a whole access; null if there is none. */
  Mapping find(long address, int size) {
    Mapping[] all = mappings;
    int low = 0;
    int high = all.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Mapping m = all[middle];
      if (address < m.start) {
        high = middle - 1;
      } else if (address >= m.start + m.length) {
        low = middle + 1;
      } else {
        return m.holds(address, size) ? m : null;
      }
    }
    return null;
  }

  /** What is mapped at an address. */
  public Pages pagesAt(long address) {
    return at(address).pages;
  }

  /** Where in {@link #pagesAt} an address lies. */
  public int offsetAt(long address) {
    return at(address).offset(address);
  }

  private Mapping at(long address) {
    Mapping m = find(address, 1);
    if (m == null) {
      throw new IllegalArgumentException(
          "a segmentation fault of " + name + " at 0x" + Long.toHexString(address));
    }
    return m;
  }

  // ---- what a thread's own instructions do; an address that is not mapped is a fault of theirs --

  /** Loads an aligned word. */
  public int load32(long address) {
    Mapping m = at(address);
    return m.pages.get32(m.offset(address));
  }

  /** Stores an aligned word. */
  public void store32(long address, int value) {
    Mapping m = at(address);
    m.pages.set32(m.offset(address), value);
  }

  /** {@code lock cmpxchg}: what stood in the word. */
  public int compareAndExchange32(long address, int expected, int value) {
    Mapping m = at(address);
    return m.pages.compareAndExchange32(m.offset(address), expected, value);
  }

  /** {@code xchg}: what stood in the word. */
  public int exchange32(long address, int value) {
    Mapping m = at(address);
    return m.pages.exchange32(m.offset(address), value);
  }

  /** Loads a pointer that only this thread writes. */
  public long load64(long address) {
    Mapping m = at(address);
    return m.pages.get64(m.offset(address));
  }

  /** Stores a pointer that only this thread reads. */
  public void store64(long address, long value) {
    Mapping m = at(address);
    m.pages.set64(m.offset(address), value);
  }

  /** Names a part of what is mapped; see {@link Pages#name}. */
  public void name(long address, int bytes, String what) {
    Mapping m = at(address);
    m.pages.name(m.offset(address), bytes, what);
  }

  @Override
  public int seed() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
