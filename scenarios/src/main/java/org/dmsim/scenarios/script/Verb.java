package org.dmsim.scenarios.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The commands of a script. A command's syntax line is what its arguments are held against. */
public enum Verb {
  /** DM_DEV_CREATE. */
  CREATE("create NEW [UUID]"),
  /** DM_TABLE_LOAD. */
  LOAD("load NAME TABLE"),
  /** DM_TABLE_LOAD of a read-only table. */
  LOAD_RO("load_ro NAME TABLE"),
  /** DM_DEV_SUSPEND with DM_SUSPEND_FLAG. */
  SUSPEND("suspend NAME [noflush] [nolockfs]"),
  /** DM_DEV_SUSPEND without it. */
  RESUME("resume NAME [noflush] [nolockfs]"),
  /** DM_TABLE_CLEAR. */
  CLEAR("clear NAME [inactive]"),
  /** DM_DEV_REMOVE. */
  REMOVE("remove NAME [deferred]"),
  /** DM_REMOVE_ALL. */
  REMOVE_ALL("remove_all"),
  /** DM_DEV_RENAME. */
  RENAME("rename OLD NEW"),
  /** DM_DEV_RENAME with DM_UUID_FLAG. */
  SET_UUID("set_uuid NAME UUID"),
  /** DM_DEV_STATUS. */
  INFO("info NAME"),
  /** DM_DEV_SET_GEOMETRY: cylinders, heads, sectors and start, for the kernel to judge. */
  GEOMETRY("geometry NAME [GEOMETRY]"),
  /** DM_TABLE_STATUS with DM_STATUS_TABLE_FLAG. */
  TABLE("table NAME [inactive] [noflush]"),
  /** DM_TABLE_STATUS. */
  STATUS("status NAME [inactive] [noflush]"),
  /** DM_TABLE_DEPS. */
  DEPS("deps NAME [inactive]"),
  /** DM_LIST_DEVICES. */
  LIST("list"),
  /** DM_LIST_VERSIONS. */
  TARGETS("targets"),
  /** DM_TARGET_MSG. */
  MESSAGE("message NAME SECTOR TEXT"),
  /** Opens the block device and holds it; {@code excl}: with O_EXCL, so that nobody claims it. */
  OPEN("open NAME [excl]"),
  /** Lets go what {@link #OPEN} holds. */
  CLOSE("close NAME"),
  /** {@code preadv2}. */
  READ("read DEV OFFSET LENGTH"),
  /** {@code preadv2} with RWF_NOWAIT. */
  READ_NOWAIT("read_nowait DEV OFFSET LENGTH"),
  READ_POLLED("read_polled DEV OFFSET LENGTH"),
  /** {@code pwritev2}. */
  WRITE("write DEV OFFSET LENGTH [FILL]"),
  /** {@code pwritev2} with RWF_NOWAIT. */
  WRITE_NOWAIT("write_nowait DEV OFFSET LENGTH [FILL]"),
  /** {@code pwritev2} with RWF_DSYNC. */
  WRITE_SYNC("write_sync DEV OFFSET LENGTH [FILL]"),
  /** {@code fdatasync}. */
  FLUSH("flush DEV"),
  /** BLKDISCARD. */
  DISCARD("discard DEV OFFSET LENGTH"),
  /** BLKSECDISCARD. */
  SECURE_DISCARD("secure_discard DEV OFFSET LENGTH"),
  /** BLKZEROOUT. */
  ZEROOUT("zeroout DEV OFFSET LENGTH"),
  /** Starts an I/O command beside the script. */
  BG("bg N COMMAND"),
  /** Asks after one. */
  POLL("poll N"),
  /** Waits for one. */
  JOIN("join N"),
  /** The queue limits, as sysfs shows them. */
  LIMITS("limits DEV"),
  /** Writes bytes that differ everywhere: a word of each eight bytes' number and the seed. */
  PATTERN("pattern DEV OFFSET LENGTH SEED"),
  /** The FNV-1a hash of what is read. */
  HASH("hash DEV OFFSET LENGTH"),
  /** Rows of 16 bytes that are not all zero. */
  DUMP("dump DEV OFFSET LENGTH"),
  /** Changes these bytes, in blocks of 4096 bytes. */
  POKE("poke DEV OFFSET HEX"),
  /** Writes a file of the host to a device, zeroes behind it up to 4096 bytes. */
  IMAGE("image DEV FILE [OFFSET]"),
  /** Asks for the status, every 10 ms, until a line holds the text. */
  AWAIT("await NAME MILLISECONDS TEXT"),
  /** {@code add_key} into the process keyring. */
  ADDKEY("addkey TYPE DESCRIPTION HEX"),
  /** Whether block events are told from here on. */
  EVENTS("events off|on"),
  /** How long each I/O command waits from here on before its block events are told. */
  SETTLE("settle MILLISECONDS"),
  /** Takes a disk away, whoever has it open: {@code del_gendisk}. */
  UNPLUG("unplug DEV"),
  /** Sleeps. */
  SLEEP_MS("sleep_ms MILLISECONDS"),
  /**
   * Whether the slab still has memory for the task that says so, or has it again after a time;
   * pools have their reserve.
   */
  MEMORY("memory plentiful|short [TIME]"),
  /** {@code sched_setaffinity} to one CPU. */
  PIN("pin CPU");

  /** Jobs of {@link #BG} have one digit. */
  public static final int JOBS = 10;

  private final String syntax;
  private final List<Param> params;

  Verb(String syntax) {
    this.syntax = syntax;
    this.params = Param.of(syntax);
  }

  /** As a person types it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The word and its arguments. */
  public String syntax() {
    return syntax;
  }

  List<Param> params() {
    return params;
  }

  /** Whether it reads or writes a block device: what {@link #BG} can start. */
  public boolean isIo() {
    return switch (this) {
      case READ, READ_NOWAIT, READ_POLLED, WRITE, WRITE_NOWAIT, WRITE_SYNC -> true;
      case FLUSH, DISCARD, SECURE_DISCARD, ZEROOUT -> true;
      default -> false;
    };
  }

  /** Whether it makes many reads or writes of a device, of which no events are told. */
  public boolean isOfMedium() {
    return switch (this) {
      case PATTERN, HASH, DUMP, POKE, IMAGE -> true;
      default -> false;
    };
  }

  /** The command with that word. */
  public static Optional<Verb> of(String word) {
    for (Verb v : values()) {
      if (v.word().equals(word)) {
        return Optional.of(v);
      }
    }
    return Optional.empty();
  }

  /** Every command's word. */
  public static List<String> words() {
    List<String> words = new ArrayList<>();
    for (Verb v : values()) {
      words.add(v.word());
    }
    return words;
  }
}
