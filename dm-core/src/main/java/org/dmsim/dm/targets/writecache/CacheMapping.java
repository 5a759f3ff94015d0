package org.dmsim.dm.targets.writecache;

import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.report.KernelSymbol;

/**
 * Where a read or a write goes: {@code writecache_map_read} and {@code writecache_map_write}, 6.1,
 * of a cache on a disk. The caller holds {@code wc->lock}.
 */
final class CacheMapping {

  /** {@code enum wc_map_op}. */
  enum Op {
    /** To the cache. */
    REMAP,
    /** To the origin. */
    REMAP_ORIGIN,
    /** Kept. */
    RETURN,
    /** Fails. */
    ERROR
  }

  /** {@code dm_accept_partial_bio}. */
  interface Partial {
    void accept(Bio bio, int sectors);
  }

  private final Writecache wc;
  private final Partial partial;

  CacheMapping(Writecache wc, Partial partial) {
    this.wc = wc;
    this.partial = partial;
  }

  private long blocks(long bytes) {
    return bytes / wc.blockSize;
  }

  @KernelSymbol("writecache_map_read")
  Op read(Bio bio) {
    wc.stats.reads++;
    Entry e = wc.entries.findOrNext(bio.sector());
    if (e == null || e.sector != bio.sector()) {
      upTo(bio, e);
      wc.stats.reads += blocks(bio.size() - wc.blockSize);
      return Op.REMAP_ORIGIN;
    }
    wc.stats.readHits++;
    partial.accept(bio, wc.blockSectors);
    bio.setDev(wc.cache.bdev);
    bio.setSector(wc.cacheSector(e));
    if (!wc.isCommitted(e)) {
      wc.waitForWrites();
    }
    return Op.REMAP;
  }

  /** Leaves what lies before the next block of the cache; {@code writecache_map_remap_origin}. */
  private void upTo(Bio bio, Entry e) {
    if (e != null && e.sector - bio.sector() < bio.sectors()) {
      partial.accept(bio, (int) (e.sector - bio.sector()));
    }
  }

  @KernelSymbol("writecache_map_write")
  Op write(Bio bio) {
    for (; ; ) {
      if (wc.cache.hasError()) {
        wc.stats.writes += blocks(bio.size());
        return Op.ERROR;
      }
      Entry e = wc.entries.find(bio.sector());
      if (e == null && (wc.cleaner || wc.options.metadataOnly && !bio.hasOpf(Opf.REQ_META))) {
        return around(bio);
      }
      if (e != null && mayOverwrite(e)) {
        overwrite(bio, e);
        return Op.REMAP;
      }
      Entry fresh = wc.popFree(-1);
      if (fresh != null) {
        wc.use(fresh, bio.sector());
        wc.stats.writesAllocate++;
        allocate(bio, fresh);
        return Op.REMAP;
      }
      if (e == null) {
        return around(bio);
      }
      wc.stats.writesBlockedOnFreelist++;
      wc.waitOnFreelist();
    }
  }

  private boolean mayOverwrite(Entry e) {
    if (!wc.isCommitted(e)) {
      wc.stats.writeHitsUncommitted++;
      return true;
    }
    wc.stats.writeHitsCommitted++;
    wc.overwroteCommitted |= !e.writeInProgress;
    return !e.writeInProgress;
  }

  private Op around(Bio bio) {
    upTo(bio, wc.entries.findOrNext(bio.sector()));
    wc.stats.writesAround += blocks(bio.size());
    wc.stats.writes += blocks(bio.size());
    return Op.REMAP_ORIGIN;
  }

  /** As many blocks behind the entry's as lie side by side on both devices. */
  private void overwrite(Bio bio, Entry first) {
    Entry e = first;
    long size = wc.blockSize;
    for (; size < bio.size(); size += wc.blockSize) {
      Entry f = wc.entries.next(e);
      if (f == null
          || f.index != e.index + 1
          || f.sector != e.sector + wc.blockSectors
          || f.writeInProgress) {
        break;
      }
      wc.overwroteCommitted |= wc.isCommitted(f);
      e = f;
    }
    toCache(bio, first, size);
  }

  /** As many free blocks as lie behind it. */
  private void allocate(Bio bio, Entry first) {
    long size = wc.blockSize;
    for (int next = first.index + 1; size < bio.size(); next++) {
      Entry f = wc.popFree(next);
      if (f == null) {
        break;
      }
      wc.use(f, bio.sector() + (size >> Sectors.SHIFT));
      size += wc.blockSize;
    }
    toCache(bio, first, size);
  }

  /** The end of {@code writecache_bio_copy_ssd}. */
  @KernelSymbol("writecache_bio_copy_ssd")
  private void toCache(Bio bio, Entry first, long size) {
    bio.setDev(wc.cache.bdev);
    bio.setSector(wc.cacheSector(first));
    partial.accept(bio, (int) (size >> Sectors.SHIFT));
    wc.stats.writes += blocks(bio.size());
    wc.stats.writesAllocate += blocks(bio.size() - wc.blockSize);
    wc.scheduleCommit();
  }
}
