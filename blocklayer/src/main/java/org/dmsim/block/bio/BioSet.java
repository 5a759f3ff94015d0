package org.dmsim.block.bio;

import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dmsim.block.Sectors;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Mempool;
import org.dmsim.memory.SlabObject;
import org.dmsim.report.KernelSymbol;

/**
 * {@code struct bio_set}: where bios come from. A reserve of bios makes sure that an allocation
 * which may wait always succeeds in the end.
 *
 * <p>What lies in reserve is memory without a bio in it. A freed bio's memory serves again, but
 * never the same object, so that whoever still points at it is found out, however late. An object
 * used again would be alive under that pointer, as somebody else's bio; no quarantine is long
 * enough for a driver's own list. It would save next to no time: an object that dies young costs
 * the host little more than its initialisation, which a used one needs as well.
 */
public final class BioSet extends Bio.Home {

  /** {@code BIO_POOL_SIZE}: reserve of the sets that the block layer makes for itself. */
  public static final int BIO_POOL_SIZE = 2;

  private final String name;
  private final Supplier<? extends Bio> slab;
  private final Mempool<Bio> pool;
  private final Rescue rescuer;

  /**
   * A set of plain bios, of nobody's memory.
   *
   * @param name of its pool, for reports
   * @param poolSize bios kept in reserve
   */
  public BioSet(String name, int poolSize) {
    this(name, null, poolSize, Bio::new);
  }

  /**
   * A set of plain bios with a rescuer: where an allocation would have to wait for bios that lie on
   * the caller's own list, a worker submits them.
   *
   * @param rescuer makes the rescuer of the set
   */
  public static BioSet withRescuer(
      String name, int poolSize, Function<BioSet, ? extends Rescue> rescuer) {
    return new BioSet(name, null, poolSize, Bio::new, rescuer, () -> true);
  }

  /**
   * A set of bios of a driver's own class; mirrors {@code bioset_init}, 6.1, with a front pad.
   *
   * @param container what the set is embedded in and freed with; null for none
   * @param slab makes the memory of one bio
   */
  public BioSet(String name, SlabObject container, int poolSize, Supplier<? extends Bio> slab) {
    this(name, container, poolSize, slab, null, () -> true);
  }

  /** On real threads, with memory that is there or is not; a machine decides that by itself. */
  static BioSet withMemory(String name, int poolSize, BooleanSupplier memory) {
    return new BioSet(name, null, poolSize, Bio::new, null, memory);
  }

  private BioSet(
      String name,
      SlabObject container,
      int poolSize,
      Supplier<? extends Bio> slab,
      Function<BioSet, ? extends Rescue> rescuer,
      BooleanSupplier memory) {
    this.name = name;
    this.slab = slab;
    Bio[] reserved = {slab.get()};
    reserved[0].free();
    this.pool =
        new Mempool<>(
            name,
            container,
            poolSize,
            () -> reserved[0] != null ? reserved[0] : memory.getAsBoolean() ? slab.get() : null,
            BioSet::freeMemory);
    reserved[0] = null;
    this.rescuer = rescuer == null ? null : rescuer.apply(this);
  }

  private static void freeMemory(Bio bio) {
    if (!bio.isFreed()) {
      bio.free();
    }
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Bios in reserve. */
  public int available() {
    return pool.available();
  }

  /**
   * Allocates a bio; mirrors {@code bio_alloc_bioset}, 6.1.
   *
   * @param bdev device, or null
   * @param gfp what the allocation may do to get memory; see {@link org.dmsim.memory.Gfp}
   * @return null if it may not wait and there is none
   */
  @KernelSymbol("bio_alloc_bioset")
  public Bio alloc(BlockDevice bdev, int opf, int gfp) {
    boolean punts = rescuer != null && Submission.current().hasWaiting();
    Bio bio = pool.alloc(punts ? gfp & ~Gfp.DIRECT_RECLAIM : gfp);
    if (bio == null && punts && Gfp.allowsBlocking(gfp)) {
      rescuer.punt();
      bio = pool.alloc(gfp);
    }
    if (bio == null) {
      return null;
    }
    if (bio.isFreed()) {
      bio = slab.get();
    }
    bio.init(bdev, opf);
    bio.pool = this;
    return bio;
  }

  /**
   * Allocates a bio for the same range and the same data; mirrors {@code bio_alloc_clone}, 6.1.
   *
   * @param bdev device, or null
   * @return null if it may not wait and there is none
   */
  @KernelSymbol("bio_alloc_clone")
  public Bio allocClone(BlockDevice bdev, Bio src, int gfp) {
    Bio bio = alloc(bdev, src.opf(), gfp);
    if (bio != null) {
      bio.cloneFrom(src);
    }
    return bio;
  }

  /**
   * Takes {@code sectors} sectors off the front of {@code bio}; mirrors {@code bio_split}, 6.1.
   *
   * @return a bio for the front; {@code bio} is the rest. Null if it may not wait and there is none
   */
  @KernelSymbol("bio_split")
  public Bio split(Bio bio, long sectors, int gfp) {
    Bio front = allocClone(bio.bdev(), bio, gfp);
    if (front == null) {
      return null;
    }
    front.setSize(sectors << Sectors.SHIFT);
    bio.advance(front.size());
    if (bio.has(Bio.BIO_TRACE_COMPLETION)) {
      front.setFlag(Bio.BIO_TRACE_COMPLETION);
    }
    return front;
  }

  @Override
  void free(Bio bio) {
    boolean twice = bio.isFreed();
    bio.freeOwned();
    if (!twice) {
      pool.free(bio);
    }
  }

  /** Ends the set; mirrors {@code bioset_exit}, 6.1. No bio of it may be left. */
  @KernelSymbol("bioset_exit")
  public void exit() {
    if (rescuer != null) {
      rescuer.destroy();
    }
    pool.exit();
  }
}
