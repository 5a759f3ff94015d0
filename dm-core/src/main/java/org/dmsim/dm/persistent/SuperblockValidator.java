package org.dmsim.dm.persistent;

import static java.lang.Integer.toUnsignedString;
import static java.lang.Long.toUnsignedString;

import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;

/**
 * What block 0 of metadata must look like. The superblocks of thin, cache, era and clone begin
 * alike: checksum, flags, block number, uuid, magic number and version. Mirrors {@code sb_check} of
 * each of them, 6.1; they differ in their numbers, and clone in its words.
 */
public final class SuperblockValidator extends BlockValidator {

  private static final int BLOCKNR = 8;
  private static final int MAGIC = 32;
  private static final int VERSION = 40;

  private final String prefix;
  private final Numbers numbers;
  private final Versions versions;
  private final Words words;

  /**
   * What tells one kind from the others.
   *
   * @param magic that a superblock of the kind has
   * @param csumXor what its checksum is mixed with
   */
  public record Numbers(long magic, int csumXor) {}

  /**
   * The versions that are understood.
   *
   * @param what whose, as messages say it: {@code Cache}; null where {@code sb_check} does not look
   */
  public record Versions(String what, int first, int last) {
    /** They are not looked at. */
    public static final Versions ANY = new Versions(null, 0, 0);
  }

  /** How messages say what is wrong. */
  public enum Words {
    /** {@code sb_check failed: magic 1: wanted 2}. */
    WANTED("sb_check", "csum", ": wanted "),
    /** {@code Superblock check failed: magic 1, expected 2}. */
    EXPECTED("Superblock check", "checksum", ", expected ");

    private final String check;
    private final String sum;
    private final String but;

    Words(String check, String sum, String but) {
      this.check = check;
      this.sum = sum;
      this.but = but;
    }
  }

  /**
   * A kind of superblock.
   *
   * @param prefix {@code DM_MSG_PREFIX} of the source file that has it
   */
  public SuperblockValidator(String prefix, Numbers numbers, Versions versions, Words words) {
    super("superblock", BLOCKNR, numbers.csumXor);
    this.prefix = prefix;
    this.numbers = numbers;
    this.versions = versions;
    this.words = words;
  }

  /**
   * Looks at a superblock that was read.
   *
   * @throws MetadataException ENOTBLK if it belongs elsewhere, EILSEQ if it is damaged or none,
   *     EINVAL if its version is not understood
   */
  @Override
  public void check(Block b) throws MetadataException {
    long place = b.memory().get(Le.LE64, BLOCKNR);
    if (place != b.location()) {
      throw wrong(Errno.ENOTBLK, "blocknr", place, b.location());
    }
    long magic = b.memory().get(Le.LE64, MAGIC);
    if (magic != numbers.magic) {
      throw wrong(Errno.EILSEQ, "magic", magic, numbers.magic);
    }
    long real = Integer.toUnsignedLong(checksum(b.data(), Integer.BYTES, numbers.csumXor));
    if (real != u32(b.memory(), 0)) {
      throw wrong(Errno.EILSEQ, words.sum, real, u32(b.memory(), 0));
    }
    int version = b.memory().get(Le.LE32, VERSION);
    if (versions.what != null
        && (Integer.compareUnsigned(version, versions.first) < 0
            || Integer.compareUnsigned(version, versions.last) > 0)) {
      DmLog.say(
          prefix,
          (versions.what + " metadata version " + toUnsignedString(version))
              + (" found, but only versions between " + versions.first)
              + (" and " + versions.last + " supported."));
      throw new MetadataException(Errno.EINVAL);
    }
  }

  private MetadataException wrong(int errno, String what, long found, long wanted) {
    return fail(errno, what + " " + toUnsignedString(found) + words.but + toUnsignedString(wanted));
  }

  @Override
  protected String logPrefix() {
    return prefix;
  }

  @Override
  protected String checkName() {
    return words.check;
  }
}
