package org.dmsim.dm.targets.writecache;

import java.util.Locale;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.EndIoResult;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/**
 * {@code writecache s ORIGIN CACHE BLOCK COUNT [FEATURE...]}: writes go to the cache device first.
 * Mirrors {@code dm-writecache.c}, 6.1, of a kernel without CONFIG_FS_DAX.
 */
@DmTargetType(name = "writecache", version = "1.6.0")
public final class WritecacheTarget extends DmTarget {

  /** Bytes of metadata that are taken into memory; the kernel takes what {@code vmalloc} gives. */
  private static final long MOST_METADATA = 1L << 28;

  private WritecacheOptions options;
  private Writecache wc;
  private CacheMapping mapping;

  /** What is to be counted when a clone ends: {@code bi_private}. */
  private static final class Counted {
    private boolean toCache;
    private boolean aroundCache;
  }

  @Override
  @KernelSymbol("writecache_ctr")
  public void ctr(String[] argv) throws TargetError {
    options = WritecacheOptions.read(new ArgSet(argv), this::getDevice);
    long bytes = options.cache.bdev().bytes() - (options.startSector << Sectors.SHIFT);
    MemoryMap.Size room = MemoryMap.Size.of(bytes, options.blockSize);
    if (room == null) {
      throw new TargetError(Errno.ENOSPC, "Invalid device size");
    }
    if (room.metadataBytes() > MOST_METADATA) {
      throw new NotModelledException("a cache with more than 256 MiB of metadata is not modelled");
    }
    CacheDevice cache =
        new CacheDevice(
            options.cache.bdev(),
            options.startSector,
            options.blockSize,
            (int) room.metadataBytes());
    try {
      readSuper(cache, room, bytes);
    } catch (TargetError e) {
      cache.destroy();
      throw e;
    }
    wc = new Writecache(options, table(), cache, (int) cache.map.blocks());
    mapping = new CacheMapping(wc, DmTarget::acceptPartialBio);
    numFlushBios = 2;
    flushSupported = true;
    numDiscardBios = 1;
  }

  private static void readSuper(CacheDevice cache, MemoryMap.Size room, long bytes)
      throws TargetError {
    MemoryMap map = cache.map;
    if (cache.readFirstBlock() != 0) {
      throw new TargetError(Errno.EIO, "Unable to read first block of metadata");
    }
    if (map.magic() == 0 && map.version() == 0) {
      cache.format((int) room.blocks());
    }
    if (map.magic() != MemoryMap.MAGIC) {
      throw new TargetError(EINVAL, "Invalid magic in the superblock");
    }
    if (map.version() != MemoryMap.VERSION) {
      throw new TargetError(EINVAL, "Invalid version in the superblock");
    }
    if (map.blockSize() != cache.blockSize) {
      throw new TargetError(EINVAL, "Block size does not match superblock");
    }
    cache.checkSize(bytes);
    if (map.blocks() == 0) {
      throw new TargetError(Errno.ENOMEM, "Cannot allocate memory");
    }
  }

  @Override
  public void dtr() {
    wc.destroy();
  }

  // ---- I/O --------------------------------------------------------------------------------------

  @Override
  @KernelSymbol("writecache_map")
  public MapResult map(Bio bio) {
    wc.lock.lock();
    CacheMapping.Op op = mapLocked(bio);
    switch (op) {
      case REMAP_ORIGIN -> {
        if (options.pause != 0 && bio.op() == Opf.REQ_OP_WRITE) {
          wc.iot.begin(1);
          perBioData(bio, Counted::new).aroundCache = true;
        }
        bio.setDev(wc.origin);
      }
      case REMAP -> {
        perBioData(bio, Counted::new).toCache = true;
        wc.bioBegins(bio);
      }
      default -> {}
    }
    wc.lock.unlock();
    if (op == CacheMapping.Op.ERROR) {
      bio.ioError();
    }
    return op == CacheMapping.Op.REMAP || op == CacheMapping.Op.REMAP_ORIGIN
        ? MapResult.REMAPPED
        : MapResult.SUBMITTED;
  }

  private CacheMapping.Op mapLocked(Bio bio) {
    if (bio.hasOpf(Opf.REQ_PREFLUSH)) {
      return flush(bio);
    }
    bio.setSector(offset(bio.sector()));
    if (((bio.sector() | bio.sectors()) & wc.blockSectors - 1) != 0) {
      log(
          "I/O is not aligned, sector %d, size %d, block size %d"
              .formatted(bio.sector(), bio.size(), wc.blockSize));
      return CacheMapping.Op.ERROR;
    }
    if (bio.op() == Opf.REQ_OP_DISCARD) {
      wc.stats.discards += bio.size() / wc.blockSize;
      return wc.cache.hasError() ? CacheMapping.Op.ERROR : offload(bio);
    }
    return Opf.isWrite(bio.opf()) ? mapping.write(bio) : mapping.read(bio);
  }

  /** Of its two clones one goes to the origin, the other one waits. */
  @KernelSymbol("writecache_map_flush")
  private CacheMapping.Op flush(Bio bio) {
    if (wc.cache.hasError()) {
      return CacheMapping.Op.ERROR;
    }
    if (targetBioNr(bio) != 0) {
      return CacheMapping.Op.REMAP_ORIGIN;
    }
    wc.stats.flushes++;
    return offload(bio);
  }

  private CacheMapping.Op offload(Bio bio) {
    wc.offload(bio);
    return CacheMapping.Op.RETURN;
  }

  @Override
  @KernelSymbol("writecache_end_io")
  public EndIoResult endIo(Bio bio) {
    Counted counted = perBioData(bio, Counted::new);
    if (counted.toCache) {
      wc.bioEnds(bio);
    } else if (counted.aroundCache) {
      wc.iot.end(1);
    }
    counted.toCache = false;
    counted.aroundCache = false;
    return EndIoResult.DONE;
  }

  // ---- the rest ---------------------------------------------------------------------------------

  @Override
  public void postsuspend() {
    wc.suspend();
  }

  @Override
  public void resume() {
    wc.resume();
  }

  @Override
  @KernelSymbol("writecache_message")
  public int message(String[] argv, StringBuilder result) {
    String word = argv[0].toLowerCase(Locale.ROOT);
    switch (word) {
      case "flush", "flush_on_suspend", "cleaner", "clear_stats" -> {
        return argv.length == 1 ? obey(word) : -EINVAL;
      }
      default -> {
        log("unrecognised message received: " + argv[0]);
        return -EINVAL;
      }
    }
  }

  private int obey(String word) {
    switch (word) {
      case "flush" -> {
        return wc.writeAllBack();
      }
      case "cleaner" -> wc.beCleaner();
      default -> {
        wc.lock.lock();
        if (word.equals("clear_stats")) {
          wc.stats = new Stats();
        } else {
          wc.flushOnSuspend = true;
        }
        wc.lock.unlock();
      }
    }
    return 0;
  }

  @Override
  @KernelSymbol("writecache_status")
  public String status(StatusType type) {
    if (type != StatusType.INFO) {
      return options.line();
    }
    return (wc.cache.hasError() ? 1 : 0)
        + " "
        + wc.entries.size()
        + " "
        + wc.entries.freeCount
        + " "
        + wc.writeback.size.readOnce()
        + " "
        + wc.stats.line();
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    return fn.device(this, options.origin, 0, length());
  }

  @Override
  @KernelSymbol("writecache_io_hints")
  public void ioHints(QueueLimits limits) {
    int size = options.blockSize;
    limits.logicalBlockSize = Math.max(limits.logicalBlockSize, size);
    limits.physicalBlockSize = Math.max(limits.physicalBlockSize, size);
    limits.ioMin = Math.max(limits.ioMin, size);
  }
}
