package org.dmsim.dm.targets.raid;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;

/**
 * A page of each disk, at the same sector of all: {@code struct stripe_head}. Who holds it counts
 * in {@link #count}; its lists are guarded by the lock of {@link Raid456}, its pages belong to
 * whoever handles it.
 */
final class Stripe {

  /** The page of one disk: {@code struct r5dev}. */
  static final class Dev {
    final byte[] page = new byte[Sectors.PAGE_SIZE];

    /** First sector of the set that lies here. */
    long sector;

    boolean upToDate;
    boolean locked;

    /** What is to be written covers the whole page. */
    boolean overwrite;

    boolean wantsWrite;
    final List<Bio> toRead = new ArrayList<>(1);
    final List<Bio> toWrite = new ArrayList<>(1);

    /** What was copied out of bios, and is not on the disks yet. */
    final List<Bio> written = new ArrayList<>(1);

    void forget() {
      upToDate = false;
      overwrite = false;
    }

    /** Copies between the page and what of a bio lies in it. */
    void copy(Bio bio, boolean fromBio) {
      long from = Math.max(bio.sector(), sector);
      long to = Math.min(bio.endSector(), sector + Sectors.PER_PAGE);
      int bytes = (int) (to - from) << Sectors.SHIFT;
      int inBio = bio.dataOffset() + (int) (from - bio.sector() << Sectors.SHIFT);
      int inPage = (int) (from - sector) << Sectors.SHIFT;
      if (fromBio) {
        System.arraycopy(bio.data(), inBio, page, inPage, bytes);
      } else {
        System.arraycopy(page, inPage, bio.data(), inBio, bytes);
      }
    }

    /** Whether a bio that is to be written lies over another one. */
    boolean overlaps(Bio bio) {
      for (Bio other : toWrite) {
        if (other.sector() < bio.endSector() && bio.sector() < other.endSector()) {
          return true;
        }
      }
      return false;
    }

    /** Adds a bio, and finds out whether all of the page will be written. */
    void addWrite(Bio bio) {
      int at = 0;
      while (at < toWrite.size() && toWrite.get(at).sector() < bio.sector()) {
        at++;
      }
      toWrite.add(at, bio);
      long covered = sector;
      for (Bio b : toWrite) {
        if (b.sector() <= covered) {
          covered = Math.max(covered, b.endSector());
        }
      }
      overwrite = covered >= sector + Sectors.PER_PAGE;
    }
  }

  private final Syndrome syndrome;
  final Dev[] devs;
  long sector = -1;
  StripeLayout layout;
  int count;
  boolean handle;

  /** {@code STRIPE_PREREAD_ACTIVE}: old data may be read at once. */
  boolean prereads;

  /** {@code STRIPE_DELAYED}. */
  boolean delayed;

  /** New parity is computed, and waits to be written. */
  boolean reconstructed;

  /** What was drained has REQ_SYNC, or REQ_FUA. */
  int writeFlags;

  Stripe(int disks, Syndrome syndrome) {
    this.syndrome = syndrome;
    devs = new Dev[disks];
  }

  /** Makes it stand for another sector; {@code init_stripe}. */
  void init(StripeLayout where) {
    sector = where.sector() & -Sectors.PER_PAGE;
    layout = where;
    for (int i = 0; i < devs.length; i++) {
      if (devs[i] == null) {
        devs[i] = new Dev();
      }
      devs[i].forget();
    }
    prereads = false;
    delayed = false;
    reconstructed = false;
  }

  boolean isParity(int disk) {
    return disk == layout.p() || disk == layout.q();
  }

  /** The power of g that a data disk has in Q: {@code raid6_idx_to_slot}. */
  int power(int disk) {
    int disks = devs.length;
    int q = layout.q();
    int at = layout.all() || q == disks - 1 ? 0 : q + 1;
    int slot = 0;
    while (at != disk) {
      slot += layout.all() || !isParity(at) ? 1 : 0;
      at = at + 1 == disks ? 0 : at + 1;
    }
    return slot;
  }

  boolean hasWrites() {
    for (Dev d : devs) {
      if (!d.toWrite.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  // ---- arithmetic -------------------------------------------------------------------------------

  /** Computes P and Q of the data. */
  void computeParity() {
    byte[] p = zeroed(layout.p());
    byte[] q = layout.q() < 0 ? null : zeroed(layout.q());
    for (int i = 0; i < devs.length; i++) {
      if (!isParity(i)) {
        change(i, p, q);
      }
    }
  }

  private byte[] zeroed(int disk) {
    byte[] page = devs[disk].page;
    Arrays.fill(page, (byte) 0);
    return page;
  }

  /** Adds a data block to P and Q, or takes it out again. */
  void changeParity(int disk) {
    change(disk, devs[layout.p()].page, layout.q() < 0 ? null : devs[layout.q()].page);
  }

  private void change(int disk, byte[] p, byte[] q) {
    Syndrome.add(p, devs[disk].page);
    if (q != null) {
      syndrome.add(q, devs[disk].page, power(disk));
    }
  }

  /** Computes the pages that are not up to date out of the others, of which enough are. */
  void recover() {
    int first = -1;
    int second = -1;
    for (int i = 0; i < devs.length; i++) {
      if (!devs[i].upToDate && !isParity(i)) {
        second = first < 0 ? second : i;
        first = first < 0 ? i : first;
      }
    }
    if (second >= 0) {
      byte[] p = remainder(true, first, second);
      byte[] q = remainder(false, first, second);
      syndrome.solve(p, q, power(first), power(second));
      System.arraycopy(q, 0, devs[first].page, 0, q.length);
      System.arraycopy(p, 0, devs[second].page, 0, p.length);
    } else if (first >= 0) {
      boolean byParity = devs[layout.p()].upToDate;
      byte[] rest = remainder(byParity, first, -1);
      if (!byParity) {
        syndrome.divide(rest, power(first));
      }
      System.arraycopy(rest, 0, devs[first].page, 0, rest.length);
    }
    computeParity();
    for (Dev d : devs) {
      d.upToDate = true;
    }
  }

  /** P or Q without the data of all disks but two. */
  private byte[] remainder(boolean ofP, int first, int second) {
    byte[] rest = devs[ofP ? layout.p() : layout.q()].page.clone();
    for (int i = 0; i < devs.length; i++) {
      if (i != first && i != second && !isParity(i)) {
        if (ofP) {
          Syndrome.add(rest, devs[i].page);
        } else {
          syndrome.add(rest, devs[i].page, power(i));
        }
      }
    }
    return rest;
  }
}
