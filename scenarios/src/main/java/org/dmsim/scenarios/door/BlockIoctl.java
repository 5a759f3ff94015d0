package org.dmsim.scenarios.door;

/** The ioctls of a block device that the door knows: {@code include/uapi/linux/fs.h}. */
enum BlockIoctl {
  BLKROSET(0x125d, "makes the device read-only or writable"),
  BLKROGET(0x125e, "whether it is read-only"),
  BLKRRPART(0x125f, "EINVAL: partitions are not modelled"),
  BLKGETSIZE(0x1260, "size in sectors"),
  BLKFLSBUF(0x1261, "0: there is no page cache to flush"),
  BLKRASET(0x1262, "read-ahead, sectors; kept and shown, and nothing is read ahead"),
  BLKRAGET(0x1263, "read-ahead, sectors"),
  BLKFRASET(0x1264, "as BLKRASET"),
  BLKFRAGET(0x1265, "as BLKRAGET"),
  BLKSECTGET(0x1267, "max_sectors"),
  BLKSSZGET(0x1268, "logical block size"),
  BLKPG(0x1269, "EINVAL: partitions are not modelled"),
  BLKBSZGET(0x80081270, "4096: the page cache's block"),
  BLKBSZSET(0x40081271, "taken from the logical block size up to 4096, else EINVAL"),
  BLKGETSIZE64(0x80081272, "size in bytes"),
  BLKDISCARD(0x1277, "discards a range"),
  BLKIOMIN(0x1278, "minimum_io_size"),
  BLKIOOPT(0x1279, "optimal_io_size"),
  BLKALIGNOFF(0x127a, "0"),
  BLKPBSZGET(0x127b, "physical block size"),
  BLKDISCARDZEROES(0x127c, "0"),
  BLKSECDISCARD(0x127d, "erases a range securely"),
  BLKROTATIONAL(0x127e, "whether it rotates"),
  BLKZEROOUT(0x127f, "zeroes a range"),
  BLKGETDISKSEQ(0x80081280, "diskseq"),
  BLKGETZONESZ(0x80041284, "0: not zoned"),
  BLKGETNRZONES(0x80041285, "0: not zoned");

  private final int number;
  private final String how;

  BlockIoctl(int number, String how) {
    this.number = number;
    this.how = how;
  }

  /** What becomes of it. */
  String how() {
    return how;
  }

  /** The ioctl of a number; null if it is none of these. */
  static BlockIoctl of(int number) {
    for (BlockIoctl i : values()) {
      if (i.number == number) {
        return i;
      }
    }
    return null;
  }
}
