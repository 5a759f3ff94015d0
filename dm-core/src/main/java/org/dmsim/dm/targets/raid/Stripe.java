package org.dmsim.dm.targets.raid;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/**
 * A page of each disk, at the same sector of all: {@code struct stripe_head}. Who holds it counts
 * in {@link #count}; its lists are guarded by the lock of {@link Raid456}, its pages belong to
 * whoever handles it.
 */
final class Stripe extends Shared {

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
    boolean wantsRead;

    /** {@code R5_Wantfill}: bios wait for what is here. */
    boolean wantsFill;

    /** {@code R5_Insync}: the disk has what belongs here, as the last look found. */
    boolean inSync;

    /** {@code R5_ReadNoMerge}: reading failed once. */
    boolean readAgain;

    /** {@code R5_ReadError}: reading failed twice. */
    boolean readError;

    /** {@code R5_ReWrite}: what could not be read was written again. */
    boolean rewritten;

    boolean writeError;

    /** {@code R5_SyncIO} and {@code R5_WantFUA}: flags of the next write. */
    int writeFlags;

    final List<Bio> toRead = new ArrayList<>(1);
    final List<Bio> toWrite = new ArrayList<>(1);

    /** What was copied out of bios, and is not on the disks yet. */
    final List<Bio> written = new ArrayList<>(1);

    void forget() {
      upToDate = false;
      overwrite = false;
      readAgain = false;
      readError = false;
      rewritten = false;
      writeError = false;
      writeFlags = 0;
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

  /** {@code STRIPE_BIT_DELAY}: the bitmap has to be written first. */
  boolean bitDelay;

  /** {@code bm_seq}: the flush of the bitmap that it waits for. */
  int bitmapFlush;

  /** {@code STRIPE_SYNC_REQUESTED}. */
  boolean syncRequested;

  /** {@code STRIPE_SYNCING}. */
  boolean syncing;

  /** {@code STRIPE_INSYNC}: it is in sync, or will be once it is written. */
  boolean inSync;

  /** {@code STRIPE_DEGRADED}: something could not be written. */
  boolean degraded;

  /** Where the check of its parity stands. */
  Check check = Check.IDLE;

  /** Which parity was wrong: {@code sh->ops.zero_sum_result}. */
  boolean wrongP;

  boolean wrongQ;

  /** New parity is computed, and waits to be written. */
  Reconstructed reconstructed = Reconstructed.NOT;

  /** {@code enum check_states}, without those that last while something is computed. */
  enum Check {
    IDLE,
    CHECKED,
    COMPUTED
  }

  /** {@code enum reconstruct_states}, in the same way. */
  enum Reconstructed {
    NOT,
    BY_ALL,
    BY_OLD
  }

  Stripe(int disks, Syndrome syndrome) {
    super("stripe_head");
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
    bitDelay = false;
    syncRequested = false;
    syncing = false;
    inSync = false;
    degraded = false;
    check = Check.IDLE;
    reconstructed = Reconstructed.NOT;
  }

  /** The running step reads what those who add bios, or whose I/O ends, change. */
  void reads() {
    Sched.touch(this, Access.READ);
  }

  /** The running step changes it. */
  void changes() {
    Sched.touch(this, Access.WRITE);
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

  /**
   * Computes one page, or two, out of the others.
   *
   * @param second -1 for none
   */
  void compute(int one, int second) {
    if (second < 0) {
      computeOne(one);
    } else if (isParity(one) && isParity(second)) {
      computeParity();
    } else if (!isParity(one) && !isParity(second)) {
      int low = Math.min(one, second);
      int high = Math.max(one, second);
      byte[] p = remainder(true, low, high);
      byte[] q = remainder(false, low, high);
      syndrome.solve(p, q, power(low), power(high));
      System.arraycopy(q, 0, devs[low].page, 0, q.length);
      System.arraycopy(p, 0, devs[high].page, 0, p.length);
    } else {
      int parity = isParity(one) ? one : second;
      int data = isParity(one) ? second : one;
      if (parity == layout.p()) {
        byte[] rest = remainder(false, data, -1);
        syndrome.divide(rest, power(data));
        System.arraycopy(rest, 0, devs[data].page, 0, rest.length);
      } else {
        computeOne(data);
      }
      computeOne(parity);
    }
  }

  private void computeOne(int disk) {
    byte[] page = zeroed(disk);
    for (int i = 0; i < devs.length; i++) {
      if (i == disk || i == layout.q() || disk == layout.q() && isParity(i)) {
        continue;
      }
      if (disk == layout.q()) {
        syndrome.add(page, devs[i].page, power(i));
      } else {
        Syndrome.add(page, devs[i].page);
      }
    }
  }

  /** Compares P, or Q, with what the data say. */
  boolean isParityWrong(boolean ofQ) {
    byte[] rest = remainder(!ofQ, -1, -1);
    for (byte b : rest) {
      if (b != 0) {
        return true;
      }
    }
    return false;
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
