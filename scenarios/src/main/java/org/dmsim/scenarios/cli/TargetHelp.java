package org.dmsim.scenarios.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.dmsim.dm.targets.TargetTypes;

/**
 * What {@code dmsim help targets} and {@code dmsim help TARGET} print: the arguments of each target
 * as a table has them, and a table that works on the disks of a script without disk lines.
 *
 * @param name the target
 * @param does in a few words
 * @param arguments behind START LENGTH NAME
 * @param notes what else there is to know: features, status, messages; a line each
 * @param table one line that loads
 */
record TargetHelp(String name, String does, String arguments, List<String> notes, String table) {

  private static final List<TargetHelp> ALL =
      List.of(
          new TargetHelp(
              "linear",
              "sectors of one device, moved",
              "DEVICE OFFSET",
              List.of("OFFSET counts sectors of DEVICE."),
              "0 131072 linear 1:0 0"),
          new TargetHelp(
              "striped",
              "chunks of several devices by turns",
              "STRIPES CHUNK DEVICE OFFSET [DEVICE OFFSET ...]",
              List.of(
                  "CHUNK counts sectors; LENGTH is a multiple of STRIPES * CHUNK.",
                  "status: STRIPES, the devices, 1, and A for alive or D for dead of each"),
              "0 1024 striped 2 8 1:0 0 1:1 0"),
          new TargetHelp(
              "cache",
              "blocks of a slow device on a fast one",
              "METADATA CACHE ORIGIN BLOCK COUNT [FEATURE ...] POLICY COUNT [KEY VALUE ...]",
              List.of(
                  "BLOCK counts sectors, a multiple of 64; policies: smq, mq, default, cleaner.",
                  "features: writeback, writethrough, passthrough, metadata2, no_discard_passdown",
                  "keys: migration_threshold SECTORS",
                  "messages: migration_threshold SECTORS; invalidate_cblocks N or N-M ..., in"
                      + " passthrough",
                  "status: sectors of a metadata block, used/all of them, sectors of a block,"
                      + " used/all of them,",
                  "        read hits, read misses, write hits, write misses, demotions,"
                      + " promotions, dirty",
                  "        blocks, features, migration_threshold, policy, rw or ro, needs_check or"
                      + " -;",
                  "        Fail once the metadata have failed"),
              "0 1024 cache 1:0 1:1 1:2 64 0 smq 0"),
          new TargetHelp(
              "thin-pool",
              "blocks for thin devices, given out when they are written",
              "METADATA DATA BLOCK LOWWATER [COUNT FEATURE ...]",
              List.of(
                  "BLOCK counts sectors, a multiple of 128; LOWWATER blocks, an event when no more"
                      + " are free.",
                  "features: skip_block_zeroing, ignore_discard, no_discard_passdown, read_only,",
                  "          error_if_no_space",
                  "messages: create_thin ID, create_snap ID ORIGIN, delete ID, set_transaction_id"
                      + " OLD NEW,",
                  "          reserve_metadata_snap, release_metadata_snap",
                  "status: transaction, used/all blocks of metadata and of data, held metadata or"
                      + " -, rw, ro",
                  "        or out_of_data_space, what is done with discards, what without space,"
                      + " needs_check",
                  "        or -, blocks of metadata below which an event comes; Fail once all I/O"
                      + " fails"),
              "0 1024 thin-pool 1:0 1:1 128 0"),
          new TargetHelp(
              "thin",
              "a device whose blocks come from a pool when they are written",
              "POOL ID [ORIGIN]",
              List.of(
                  "What was never written reads as ORIGIN, or as zeroes.",
                  "status: mapped sectors, and the highest one or -; Fail once the pool has"
                      + " failed"),
              "0 1024 thin 252:0 0"),
          new TargetHelp(
              "era",
              "remembers in which era each block was written last",
              "METADATA ORIGIN BLOCK",
              List.of(
                  "BLOCK counts sectors, a multiple of 8.",
                  "messages: checkpoint begins another era; take_metadata_snap,"
                      + " drop_metadata_snap",
                  "status: sectors of a metadata block, used/all of them, era, held metadata or -;",
                  "        while suspended it waits for ever, as in Linux"),
              "0 1024 era 1:0 1:1 8"),
          new TargetHelp(
              "verity",
              "a read-only device whose blocks are held against a tree of digests",
              "VERSION DATA HASHES DATABLOCK HASHBLOCK BLOCKS START DIGEST ROOT SALT"
                  + " [COUNT FEATURE ...]",
              List.of(
                  "For load_ro. What veritysetup makes is VERSION 1; START counts hash blocks.",
                  "DIGEST such as sha256; SALT hexadecimal, - for none.",
                  "features: ignore_corruption, restart_on_corruption, panic_on_corruption,",
                  "          ignore_zero_blocks, check_at_most_once, try_verify_in_tasklet,",
                  "          use_fec_from_device DEVICE, fec_blocks N, fec_start N, fec_roots N",
                  "status: V for valid, C once a corrupted block was seen"),
              "0 8 verity 1 1:0 1:1 4096 4096 1 0 sha256"
                  + " ad7facb2586fc6e966c004d7d1d16b024f5805ff7cb47c7a85dabd8b48892ca7 -"),
          new TargetHelp("zero", "reads zeroes, forgets writes", "", List.of(), "0 1024 zero"),
          new TargetHelp("error", "fails all I/O", "", List.of(), "0 1024 error"),
          new TargetHelp(
              "clone",
              "a copy that can be used at once, and comes in the background",
              "METADATA DESTINATION SOURCE REGION [COUNT FEATURE ... [COUNT KEY VALUE ...]]",
              List.of(
                  "REGION counts sectors, a power of two from 8 on. Metadata of zeroes is"
                      + " formatted.",
                  "features: no_hydration, no_discard_passdown",
                  "keys: hydration_threshold REGIONS, hydration_batch_size REGIONS",
                  "messages: enable_hydration, disable_hydration, hydration_threshold REGIONS,",
                  "          hydration_batch_size REGIONS",
                  "status: sectors of a metadata block, used/all of them, REGION, regions that"
                      + " are there/all,",
                  "        regions being copied, features, keys, rw or ro; or Fail"),
              "0 1024 clone 1:0 1:1 1:2 8"),
          new TargetHelp(
              "crypt",
              "encrypts what is written, decrypts what is read",
              "CIPHER KEY IV_OFFSET DEVICE START [COUNT FEATURE ...]",
              List.of(
                  "CIPHER is NAME[:KEYS]-MODE-IV[:DIGEST] or capi:MODE(NAME)-IV[:DIGEST]: of aes"
                      + " in",
                  "          xts, cbc, ctr, ecb, and cipher_null-ecb; IV one of plain, plain64,",
                  "          plain64be, essiv:DIGEST, benbi, null, eboiv, elephant, lmk, tcw.",
                  "KEY is hexadecimal, - for none; no keys of the kernel's keyring.",
                  "features: allow_discards, same_cpu_crypt, submit_from_crypt_cpus,",
                  "          no_read_workqueue, no_write_workqueue, sector_size:BYTES,",
                  "          iv_large_sectors",
                  "messages, while suspended: key set KEY, key wipe"),
              "0 1024 crypt aes-xts-plain64"
                  + " 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 0 1:0 0"),
          new TargetHelp(
              "delay",
              "I/O later",
              "DEVICE OFFSET MS [DEVICE OFFSET MS [DEVICE OFFSET MS]]",
              List.of(
                  "One triple for all; a second one for writes, a third one for flushes.",
                  "status: how many reads, writes and flushes wait"),
              "0 1024 delay 1:0 0 50"),
          new TargetHelp(
              "flakey",
              "I/O that fails for some seconds, and then does not",
              "DEVICE OFFSET UP DOWN [COUNT FEATURE ...]",
              List.of(
                  "UP and DOWN are seconds.",
                  "features: drop_writes, error_writes, error_reads (from 6.4),",
                  "          corrupt_bio_byte NTH r|w VALUE FLAGS"),
              "0 1024 flakey 1:0 0 5 1 1 drop_writes"),
          new TargetHelp(
              "dust",
              "bad blocks, as told by messages",
              "DEVICE OFFSET BLOCKSIZE",
              List.of(
                  "BLOCKSIZE counts bytes.",
                  "messages: addbadblock N [WRITES], removebadblock N, queryblock N,"
                      + " countbadblocks,",
                  "          clearbadblocks, enable, disable, quiet",
                  "status: DEVICE, fail_read_on_bad_block or bypass, and verbose or quiet"),
              "0 1024 dust 1:0 0 512"),
          new TargetHelp(
              "integrity",
              "a device with a tag beside each block",
              "DEVICE START TAGSIZE|- J|B|D|R COUNT [FEATURE ...]",
              List.of(
                  "J keeps data and tags in step by a journal, B by a bitmap, D not at all; R"
                      + " reads",
                  "  without looking at tags. - is the size of the digest. A device of zeroes is",
                  "  formatted; integritysetup format makes the same.",
                  "features: internal_hash:DIGEST[:KEY], journal_mac:DIGEST[:KEY],"
                      + " block_size:BYTES,",
                  "          journal_sectors:N, interleave_sectors:N, buffer_sectors:N,",
                  "          journal_watermark:PERCENT, commit_time:MS, meta_device:DEVICE,",
                  "          sectors_per_bit:N, bitmap_flush_interval:MS, recalculate,",
                  "          reset_recalculate, allow_discards, fix_padding, legacy_recalculate",
                  "status: mismatches, sectors provided, sectors recalculated or -"),
              "0 1024 integrity 1:0 0 - J 1 internal_hash:crc32c"),
          new TargetHelp(
              "log-writes",
              "writes, and a log of them on another device",
              "DEVICE LOGDEVICE",
              List.of("messages: mark TEXT", "status: entries of the log, and its last sector"),
              "0 1024 log-writes 1:0 1:1"),
          new TargetHelp(
              "mirror",
              "the same on several devices",
              "LOGTYPE COUNT LOGARGS LEGS DEVICE OFFSET ... [COUNT FEATURE ...]",
              List.of(
                  "LOGTYPE core has REGION [sync|nosync]; disk has DEVICE REGION [sync|nosync].",
                  "features: handle_errors, keep_log",
                  "status: the legs, regions in sync, and A, D, S, R or U of each leg"),
              "0 1024 mirror core 2 64 nosync 2 1:0 0 1:1 0"),
          new TargetHelp(
              "ebs",
              "blocks smaller than those of the device",
              "DEVICE OFFSET EMULATED [UNDERLYING]",
              List.of("Both block sizes count sectors; without UNDERLYING it is the device's."),
              "0 1024 ebs 1:0 0 1 8"),
          new TargetHelp(
              "multipath",
              "several ways to one device",
              "COUNT [FEATURE ...] COUNT [HANDLER ...] GROUPS FIRST"
                  + " [SELECTOR COUNT [ARG ...] PATHS ARGS [DEVICE [ARG ...]] ...] ...",
              List.of(
                  "features: queue_mode bio (without it requests are asked for, which is not"
                      + " modelled),",
                  "          queue_if_no_path, retain_attached_hw_handler, pg_init_retries N,",
                  "          pg_init_delay_msecs N",
                  "selectors: round-robin, queue-length, service-time, historical-service-time,",
                  "           io-affinity, whose ARG of a path is the mask of its CPUs",
                  "messages: fail_path DEVICE, reinstate_path DEVICE, queue_if_no_path,"
                      + " fail_if_no_path,",
                  "          switch_group N, disable_group N, enable_group N",
                  "status: 2, whether I/O is held back, 0; 0; groups and the next one; of each"
                      + " group A, E",
                  "        or D and its paths: A or F, and how often it failed"),
              "0 1024 multipath 2 queue_mode bio 0 1 1 round-robin 0 2 0 1:0 1:1"),
          new TargetHelp(
              "raid",
              "a set of disks: raid0, raid1, raid4, raid5_*, raid6_*",
              "TYPE COUNT CHUNK [PARAMETER ...] DISKS -|METADATA DEVICE ...",
              List.of(
                  "CHUNK counts sectors, 0 for raid1. METADATA, for raid0 and raid1, has a"
                      + " superblock and a",
                  "bitmap; devices of zeroes make a new set. Without them raid10 does not run. - -"
                      + " is a",
                  "disk that is lost.",
                  "parameters: sync, nosync, rebuild N, write_mostly N, region_size N, stripe_cache"
                      + " N, daemon_sleep MS,",
                  "            max_write_behind N, min_recovery_rate N, max_recovery_rate N",
                  "messages: frozen, idle; of raid1 resync, recover, check, repair",
                  "status: TYPE DISKS, A, a, D or - of each, sectors in sync / all, what it does,"
                      + " mismatches,",
                  "        offset, journal"),
              "0 1024 raid raid5_ls 1 8 3 - 1:0 - 1:1 - 1:2"),
          new TargetHelp(
              "snapshot",
              "a device as it was",
              "ORIGIN COW P|PO|N CHUNK [COUNT FEATURE ...]",
              List.of(
                  "P keeps its exceptions on COW, N forgets them; CHUNK counts sectors.",
                  "features: discard_zeroes_cow, discard_passdown_origin",
                  "status: used/all sectors and those of metadata; Invalid, Overflow, Merge"
                      + " failed"),
              "0 1024 snapshot 1:0 1:1 N 8"),
          new TargetHelp(
              "snapshot-origin",
              "the device that snapshots are of",
              "ORIGIN",
              List.of("A write copies what its snapshots have not copied yet."),
              "0 1024 snapshot-origin 1:0"),
          new TargetHelp(
              "snapshot-merge",
              "a snapshot that goes back into its origin",
              "ORIGIN COW P CHUNK",
              List.of("status: as that of snapshot"),
              "0 1024 snapshot-merge 1:0 1:1 P 8"),
          new TargetHelp(
              "switch",
              "regions of several paths, as told by messages",
              "PATHS REGION 0 DEVICE OFFSET ...",
              List.of(
                  "REGION counts sectors.",
                  "messages: set_region_mappings INDEX:PATH ..., both hexadecimal"),
              "0 1024 switch 2 8 0 1:0 0 1:1 0"),
          new TargetHelp(
              "unstriped",
              "one stripe of a striped device",
              "STRIPES CHUNK STRIPE DEVICE OFFSET",
              List.of("STRIPE counts from 0."),
              "0 1024 unstriped 2 8 0 1:0 0"),
          new TargetHelp(
              "writecache",
              "writes go to a fast device first, and back by and by",
              "s ORIGIN CACHE BLOCKSIZE COUNT [FEATURE ...]",
              List.of(
                  "BLOCKSIZE counts bytes, 512 to 4096. A cache device of zeroes is formatted; p"
                      + " in",
                  "  place of s, for persistent memory, is refused as without CONFIG_FS_DAX.",
                  "features: start_sector N, high_watermark PERCENT, low_watermark PERCENT,",
                  "          writeback_jobs N, autocommit_blocks N, autocommit_time MS, max_age"
                      + " MS,",
                  "          cleaner, metadata_only, pause_writeback MS",
                  "messages: flush, flush_on_suspend, cleaner, clear_stats",
                  "status: 1 after an error, blocks, free blocks, blocks being written back; then"
                      + " counts:",
                  "        reads, those found, writes, hits uncommitted and committed, around the"
                      + " cache,",
                  "        allocated, that waited for a block, flushes, discards"),
              "0 1024 writecache s 1:0 1:1 4096 0"),
          new TargetHelp(
              "zoned",
              "a zoned device as an ordinary one",
              "DEVICE [DEVICE ...]",
              List.of("No device is zoned here: every table is refused in the kernel's words."),
              "0 1024 zoned 1:0 1:1"));

  TargetHelp {
    notes = List.copyOf(notes);
  }

  static List<TargetHelp> all() {
    return ALL;
  }

  static Optional<TargetHelp> find(String name) {
    return ALL.stream().filter(t -> t.name.equals(name)).findFirst();
  }

  static String list() {
    StringJoiner s = new StringJoiner("\n", "", "\n");
    s.add("Targets, for a table's lines START LENGTH TARGET ARGUMENTS (512-byte sectors):");
    s.add("");
    ALL.forEach(t -> s.add("  %-16s %s".formatted(t.name, t.does)));
    s.add("");
    s.add(
        "Known by name and refused: "
            + String.join(", ", TargetTypes.registered().missing())
            + ".");
    s.add("One of one's own: see README, Bring a target.");
    s.add("More of one: dmsim help TARGET.");
    return s.toString();
  }

  String text() {
    StringJoiner s = new StringJoiner("\n", "", "\n");
    s.add(name + ": " + does);
    s.add("");
    s.add(("  START LENGTH " + name + " " + arguments).stripTrailing());
    notes.forEach(n -> s.add("  " + n));
    s.add("");
    s.add("For example, as a script:");
    s.add("");
    script().forEach(line -> s.add("  " + line));
    return s.toString();
  }

  /** Loads the table and asks for the status, with what has to be there before. */
  List<String> script() {
    List<String> lines = new ArrayList<>();
    if (name.equals("thin")) {
      lines.add("create pool");
      lines.add("load pool 0 1024 thin-pool 1:0 1:1 128 0");
      lines.add("resume pool");
      lines.add("message pool 0 create_thin 0");
    }
    lines.add("create d0");
    lines.add((name.equals("verity") ? "load_ro d0 " : "load d0 ") + table);
    lines.add("resume d0");
    lines.add("status d0");
    return lines;
  }
}
