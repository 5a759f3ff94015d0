package org.dmsim.block.bio;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.dmsim.block.FaultAttr;
import org.dmsim.block.RateLimit;
import org.dmsim.block.Sectors;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Gendisk;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;
import org.dmsim.trace.Events;
import org.dmsim.version.KernelPolicies;
import org.dmsim.version.KernelVersion;

/**
 * The block layer of one machine: its disks, and what it keeps once for all of them, such as its
 * events and its general bio set.
 *
 * <p>On real threads, where no machine is, make one and hand it to the disks.
 */
public final class BlockLayer extends Bio.Account {

  private static final MachineKey<BlockLayer> KEY =
      new MachineKey<>("disks", m -> new BlockLayer(m, m.configuration().policies()));

  private final BlockEvents events;
  private final BioSet general = new BioSet("fs_bio_set", BioSet.BIO_POOL_SIZE);
  private final InFlight inFlight;
  private final FaultAttr failMakeRequest = new FaultAttr();
  private final RateLimit readOnlyWarnings = new RateLimit("bio_check_ro");
  private final RateLimit requestErrors = new RateLimit("blk_print_req_error");
  private final RateLimit endWarnings = new RateLimit("bio_check_eod");
  private volatile byte[] zeroPages;
  private final Map<Gendisk, BioSet> splits = new ConcurrentHashMap<>();

  /** One without disks; for real threads, with what {@link KernelVersion#RECORDED} does. */
  public BlockLayer() {
    this(null, KernelPolicies.of(KernelVersion.RECORDED));
  }

  private BlockLayer(Machine machine, KernelPolicies kernel) {
    super(kernel);
    inFlight = new InFlight(machine);
    events = new BlockEvents(machine == null ? new Events() : machine.events());
  }

  /** That of a machine. */
  public static BlockLayer of(Machine machine) {
    return machine.part(KEY);
  }

  /** The one that a device belongs to. */
  public static BlockLayer of(BlockDevice bdev) {
    return of(bdev.disk());
  }

  /** The one that a disk belongs to. */
  public static BlockLayer of(Gendisk disk) {
    return (BlockLayer) disk.disks();
  }

  /**
   * A disk of a driver that takes bios, which nobody sees yet; mirrors {@code blk_alloc_disk}, 6.1.
   *
   * @param name such as {@code ram0}
   */
  public Gendisk allocDisk(String name, int major, int firstMinor, BioDriver driver) {
    return new Gendisk(this, name, major, firstMinor, driver);
  }

  /** Where splits of a disk's bios come from: {@code bio_split}; made when first needed. */
  public static BioSet splitsOf(Gendisk disk) {
    return of(disk)
        .splits
        .computeIfAbsent(disk, d -> new BioSet(d.name() + "->bio_split", BioSet.BIO_POOL_SIZE));
  }

  /** The block events of the machine. */
  public BlockEvents events() {
    return events;
  }

  /** {@code fs_bio_set}: bios for who has no set of his own. */
  public BioSet general() {
    return general;
  }

  /** When bios to devices that are to fail do so: {@code fail_make_request}. */
  public FaultAttr failMakeRequest() {
    return failMakeRequest;
  }

  @Override
  void submitted(Bio bio) {
    inFlight.add(bio);
  }

  @Override
  void ended(Bio bio) {
    inFlight.remove(bio);
  }

  @Override
  void completed(Bio bio) {
    events.complete(bio);
  }

  /** Warnings of writes to a read-only device. */
  public RateLimit readOnlyWarnings() {
    return readOnlyWarnings;
  }

  /** Warnings of requests that ended with an error. */
  public RateLimit requestErrors() {
    return requestErrors;
  }

  /**
   * {@code ZERO_PAGE(0)} as often as one bio can carry it: one page of memory, so that what is done
   * to one of them is done to all, {@link #damageZeroPage}.
   */
  public synchronized byte[] zeroPages() {
    if (zeroPages == null) {
      zeroPages = new byte[Sectors.BIO_MAX_VECS * Sectors.PAGE_SIZE];
    }
    return zeroPages;
  }

  /** Whether memory is the machine's zero page. */
  public boolean isZeroPage(byte[] memory) {
    return memory == zeroPages;
  }

  /**
   * Somebody writes into the machine's zero page.
   *
   * @param offset in the page, bytes
   */
  public void damageZeroPage(int offset, byte value) {
    byte[] pages = zeroPages();
    for (int at = offset; at < pages.length; at += Sectors.PAGE_SIZE) {
      pages[at] = value;
    }
  }

  /** Warnings of bios beyond a device's end. */
  public RateLimit endWarnings() {
    return endWarnings;
  }
}
