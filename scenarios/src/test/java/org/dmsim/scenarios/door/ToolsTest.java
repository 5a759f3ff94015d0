package org.dmsim.scenarios.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people use device mapper with, unmodified. Each test is one machine and one shell. */
final class ToolsTest {

  @TempDir private Path folder;

  /** Runs a shell script and looks for texts in what came, in their order. */
  private void holds(String script, String... texts) {
    Behind b = Behind.script(folder, script);
    if (b.isClosed()) {
      return;
    }
    int at = 0;
    for (String t : texts) {
      int found = b.out().indexOf(t, at);
      assertTrue(found >= 0, () -> "not there: " + t + "\nin: " + b.out());
      at = found + t.length();
    }
    assertEquals(
        "CLEAN  no report; sh ended with 0; kernel 6.12.117, preempt full, 2 CPUs", b.lastLine());
  }

  /** What the tools write, dmsim reads, and the other way round. */
  @Test
  void cryptsetup_veritysetup_integritysetup() {
    if (!Behind.has("cryptsetup", "veritysetup", "integritysetup", "openssl", "dd")) {
      return;
    }
    holds(
        """
        set -e
        T=$(mktemp -d); trap 'rm -r $T' EXIT; cd $T
        head -c 32 /dev/zero | tr '\\0' k > key; head -c 32 /dev/zero >> key
        cryptsetup open --type plain --cipher aes-cbc-plain64 --key-size 256 --key-file key /dev/ram0 c
        (echo hello; head -c 506 /dev/zero) > plain
        dd if=plain of=/dev/mapper/c bs=512 oflag=direct status=none
        K=$(head -c 32 key | od -An -v -tx1 | tr -d ' \\n')
        dd if=/dev/ram0 bs=512 count=1 iflag=direct status=none \\
          | openssl enc -d -aes-256-cbc -nopad -K $K -iv 0 2>/dev/null | head -c 5; echo " by openssl"
        cryptsetup close c
        dd if=/dev/ram0 of=data bs=4096 count=16 status=none
        R=$(veritysetup format --no-superblock --data-blocks=16 --salt=00 data hash \\
          | sed -n 's/Root hash:[^0-9a-f]*//p')
        dd if=hash of=/dev/ram1 bs=4096 status=none
        veritysetup open --no-superblock --data-blocks=16 --salt=00 /dev/ram0 v /dev/ram1 $R
        dd if=/dev/mapper/v bs=65536 count=1 iflag=direct status=none | cmp - data && echo verified
        veritysetup close v
        integritysetup format --batch-mode --no-wipe /dev/ram2
        integritysetup dump /dev/ram2 | grep -E '^(superblock_version|integrity_tag_size)'
        integritysetup open /dev/ram2 i
        dd if=data of=/dev/mapper/i bs=4096 count=1 oflag=direct status=none
        dd if=/dev/mapper/i bs=4096 count=1 iflag=direct status=none | cmp -n 4096 - data && echo kept
        integritysetup close i
        dmsetup ls
        """,
        "hello by openssl\n",
        "verified\n",
        "superblock_version 5\n",
        "integrity_tag_size 4\n",
        "kept\n",
        "No devices found");
  }

  @Test
  void dmsetup_everySubcommand() {
    if (!Behind.has("dmsetup", "dd")) {
      return;
    }
    holds(
        """
        set -e
        dmsetup version | tail -1
        dmsetup targets | grep -c thin || true
        dmsetup create a -u uuid-a --table '0 8192 linear /dev/ram0 0'
        dmsetup create b -j 252 -m 7 --table '0 4096 linear /dev/mapper/a 0'
        echo hello | dd of=/dev/mapper/b status=none
        head -c5 /dev/ram0; echo
        dmsetup ls; dmsetup ls --tree; dmsetup deps b; dmsetup table a
        dmsetup info -c --noheadings -o name,uuid,open,minor
        dmsetup suspend b
        (head -c5 /dev/mapper/b; echo ' read') &
        sleep 0.2
        dmsetup info -c --noheadings -o name,suspended b
        echo '0 4096 linear /dev/ram1 0' | dmsetup load b
        dmsetup table --inactive b; dmsetup clear b
        dmsetup resume b; wait
        dmsetup rename b c; dmsetup status c; dmsetup mknodes; ls /dev/mapper
        dmsetup setgeometry c 10 10 10 0
        dmsetup create d --table '0 8192 dust /dev/ram2 0 512'
        dmsetup message d 0 addbadblock 60; dmsetup message d 0 countbadblocks
        dmsetup message d 0 enable
        dd if=/dev/mapper/d of=/dev/null bs=4k iflag=direct 2>&1 | head -1
        dmsetup wipe_table d; dmsetup status d
        (dmsetup wait d 99; echo waited) & sleep 0.2
        dmsetup remove a || echo busy
        exec 5</dev/mapper/c; dmsetup remove --deferred c; dmsetup info -c --noheadings -o name c
        exec 5<&-
        dmsetup ls
        dmesg | grep -c 'error adding target' || true
        dmsetup remove_all; dmsetup ls
        """,
        "Driver version:    4.48.0",
        "2\n",
        "hello\n",
        "a\t(252:0)\nb\t(252:7)\n",
        " └─a (252:0)\n    └─ (1:0)\n",
        "1 dependencies\t: (252, 0)",
        "0 8192 linear 1:0 0",
        "a:uuid-a:1:0\nb::0:7\n",
        "b:Suspended",
        "0 4096 linear 1:1 0",
        "hello read",
        "0 4096 linear",
        "a\nc\ncontrol",
        "countbadblocks: 1 badblock(s) found",
        "Input/output error",
        "0 8192 error",
        "busy",
        "c\n",
        "a\t(252:0)\nd\t(252:1)\n",
        "No devices found");
  }

  @Test
  void fileSystem_isMadeCheckedAndFilled() {
    if (!Behind.has("dmsetup", "mkfs.ext4", "e2fsck", "debugfs", "blkid")) {
      return;
    }
    holds(
        """
        PATH=$PATH:/usr/sbin:/sbin
        dmsetup create fs --table '0 32768 linear /dev/ram0 0'
        mkfs.ext4 -q /dev/mapper/fs && e2fsck -fn /dev/mapper/fs 2>&1 | tail -1
        echo 'through the door' > hello
        debugfs -w -R 'write hello hello' /dev/mapper/fs 2>/dev/null
        debugfs -R 'cat hello' /dev/mapper/fs 2>/dev/null
        blkid -p -o value -s TYPE /dev/mapper/fs
        blockdev --getsz --getss --getpbsz --getro --getra /dev/mapper/fs | tr '\\n' ' '
        echo 384 > /sys/block/dm-0/queue/read_ahead_kb; blockdev --getra /dev/mapper/fs
        echo 0 > /sys/dev/block/252:0/bdi/read_ahead_kb; blockdev --getra /dev/mapper/fs
        dmsetup create no --table '0 32768 linear /dev/mapper/fs 0'
        mkfs.ext4 -q /dev/ram0 2>&1 | head -1
        """,
        "/dev/mapper/fs: 11/4096 files",
        "through the door",
        "ext4",
        "32768 512 4096 0 256 ",
        "768\n0\n",
        "/dev/ram0 is apparently in use by the system");
  }

  @Test
  void lvm2_fromVolumesToASnapshotsMergeAndAMove() {
    if (!Behind.has("pvcreate", "vgcreate", "lvcreate", "lvconvert", "pvmove", "dd")) {
      return;
    }
    holds(
        """
        q() { "$@" >/dev/null 2>log || { echo "$* failed"; cat log; }; }
        q vgcreate -s 1M vg /dev/ram0 /dev/ram1
        q lvcreate -y -L 4M -n lv vg
        q lvcreate -y -i2 -L 4M -n st vg
        q lvcreate -y -s -L 2M -n snap vg/lv
        q lvcreate -y --type mirror --mirrorlog core -m1 -L 2M -n mir vg
        dmsetup table | grep -v linear
        dd if=/dev/zero of=/dev/vg/lv bs=64k count=1 oflag=direct status=none
        q lvconvert --merge -y vg/snap
        q lvremove -y vg/mir
        q pvmove -i1 -n lv /dev/ram0 /dev/ram1
        lvs --noheadings -o name,devices vg
        q vgremove -y vg
        dmsetup ls
        """,
        "vg-lv: 0 8192 snapshot-origin 252:2\n",
        "mirror core 1 4096 2",
        "vg-snap: 0 8192 snapshot 252:2 252:3 P 8\n",
        "vg-st: 0 8192 striped 2 128",
        "lv   /dev/ram1",
        "st   /dev/ram0(4),/dev/ram1(0)",
        "No devices found");
  }

  /** What LVM2 makes of thin pools and of md, from the pool's metadata to what is left behind. */
  @Test
  @Tag("deep")
  void lvm2_thinVolumes_andRaid() {
    if (!Behind.has("pvcreate", "vgcreate", "lvcreate", "thin_check", "dd")) {
      return;
    }
    holds(
        """
        q() { "$@" >/dev/null 2>log || { echo "$* failed"; cat log; }; }
        q vgcreate -s 1M vg /dev/ram0 /dev/ram1 /dev/ram2
        q lvcreate -L 20M -T vg/pool
        q lvcreate -V 30M -T vg/pool -n t
        dd if=/dev/zero of=/dev/vg/t bs=64k count=20 oflag=direct status=none
        q lvcreate -s vg/t -n s
        q lvchange -ay -K vg/s
        dd if=/dev/vg/s bs=64k count=20 iflag=direct status=none | wc -c
        dd if=/dev/zero of=/dev/vg/t bs=64k count=1 oflag=direct status=none
        dmsetup status | grep -E 'thin (2|1)|thin-pool'
        q lvcreate --type raid1 -m1 -L 8M -n r1 vg
        q lvcreate --type raid5 -i2 -L 8M -n r5 vg
        dd if=/dev/zero of=/dev/vg/r5 bs=64k count=4 oflag=direct status=none
        lvs --noheadings -o name,segtype vg
        q vgchange -an vg
        dmsetup ls
        q vgchange -ay vg
        dmsetup status vg-t
        q vgremove -fy vg
        dmsetup ls
        """,
        "1310720\n",
        "thin-pool 2 ",
        "21/320 - rw discard_passdown queue_if_no_space",
        "thin 2560 2559\n",
        "thin 2560 2559\n",
        "r1   raid1",
        "r5   raid5",
        "No devices found",
        "thin 2560 2559\n",
        "No devices found");
  }

  /** A container made by cryptsetup opens as cryptsetup loads it, and holds a file system. */
  @Test
  @Tag("deep")
  void luks2_withAFileSystemInIt() {
    if (!Behind.has("cryptsetup", "mkfs.ext4", "e2fsck", "dmsetup")) {
      return;
    }
    holds(
        """
        set -e
        echo -n secret | cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 \
          --pbkdf-force-iterations 1000 /dev/ram0 -
        echo -n secret | cryptsetup open --disable-keyring /dev/ram0 home --key-file -
        dmsetup table home
        mkfs.ext4 -q /dev/mapper/home
        e2fsck -fn /dev/mapper/home 2>/dev/null
        cryptsetup status home | grep -E 'type|cipher|offset'
        cryptsetup close home
        dmsetup ls
        """,
        "crypt aes-xts-plain64 0000000000",
        "0 1:0 32768 1 sector_size:4096\n",
        "/dev/mapper/home: 11/",
        "LUKS2",
        "aes-xts-plain64",
        "32768 sectors",
        "No devices found");
  }

  @Test
  void fio_verifiesWhatItWrote() {
    if (!Behind.has("fio", "dmsetup")) {
      return;
    }
    holds(
        """
        dmsetup create d --table '0 65536 linear /dev/ram0 0'
        for e in psync pvsync2 libaio; do
          fio --name=v --filename=/dev/mapper/d --ioengine=$e --rw=randwrite --bs=4k --size=512k \
            --direct=1 --verify=crc32c --do_verify=1 --minimal >out 2>&1 && echo $e ok || cat out
        done
        fio --name=n --filename=/dev/mapper/d --ioengine=pvsync2 --nowait=1 --rw=randread --bs=4k \
          --size=256k --direct=1 --minimal >out 2>&1 && echo nowait ok || cat out
        fio --name=u --filename=/dev/mapper/d --ioengine=io_uring --rw=read --size=4k 2>&1 | \
          grep -o 'Function not implemented' | head -1
        """,
        "psync ok",
        "pvsync2 ok",
        "libaio ok",
        "nowait ok",
        "dmsim: io_uring is refused with ENOSYS",
        "Function not implemented");
  }

  @Test
  void cryptsetup_andThinTools_keepTheirMetadata() {
    if (!Behind.has("cryptsetup", "thin_check", "dmsetup")) {
      return;
    }
    holds(
        """
        dmsetup create d --table '0 16384 linear /dev/ram0 0'
        printf secret > key
        cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \
          --luks2-keyslots-size 256k --luks2-metadata-size 16k /dev/mapper/d key 2>/dev/null
        cryptsetup isLuks /dev/mapper/d && echo luks
        cryptsetup luksDump /dev/mapper/d | grep Version
        cat > meta <<X
        <superblock uuid="" time="0" transaction="1" data_block_size="128" nr_data_blocks="100">
        <device dev_id="1" mapped_blocks="10" transaction="0" creation_time="0" snap_time="0">
        <range_mapping origin_begin="0" data_begin="0" length="10" time="0"/></device></superblock>
        X
        thin_restore -i meta -o /dev/mapper/d && thin_check -q /dev/mapper/d && echo checked
        """,
        "luks\n",
        "Version:       \t2",
        "checked");
  }

  /** A real image below: what the tools wrote is in the file only where that was asked for. */
  @Test
  void image_isFilledBehindTheDoorAndReadOutside() throws IOException {
    if (!Behind.has("mkfs.ext4", "debugfs", "dmsetup")) {
      return;
    }
    Files.writeString(folder.resolve("disk.dm"), "disk ram0 file=disk.img\nlist\n");
    Files.writeString(folder.resolve("hello"), "from behind the door");
    Path image = folder.resolve("disk.img");
    Behind made =
        Behind.run(
            folder,
            List.of(
                "sh",
                "-c",
                "PATH=$PATH:/usr/sbin:/sbin; truncate -s 4M disk.img; mkfs.ext4 -q disk.img"));
    assertEquals(0, made.status(), made.out());
    byte[] before = Files.readAllBytes(image);
    String script =
        """
        PATH=$PATH:/usr/sbin:/sbin
        dmsetup create fs --table '0 8192 linear /dev/ram0 0'
        debugfs -w -R 'write hello hello' /dev/mapper/fs 2>/dev/null
        e2fsck -fn /dev/mapper/fs >/dev/null 2>&1 && echo clean
        """;
    Behind kept = Behind.script(folder, script, "disk.dm");
    if (kept.isClosed()) {
      return;
    }
    assertTrue(kept.out().contains("clean\n"), kept.out());
    assertTrue(java.util.Arrays.equals(before, Files.readAllBytes(image)));
    Behind written = Behind.script(folder, script, "disk.dm", "--write-back");
    assertTrue(written.out().contains(" pages written to disk.img\n"), written.out());
    Behind read =
        Behind.run(
            folder, List.of("sh", "-c", "/sbin/debugfs -R 'cat hello' disk.img 2>/dev/null"));
    assertEquals("from behind the door", read.out());
  }

  /** The lines that say what cannot be done, once each; and that the program goes on. */
  @Test
  void whatCannotBeDone_isSaidInOneLine() {
    if (!Behind.has("dd")) {
      return;
    }
    Behind b =
        Behind.script(
            folder,
            "cd /dev/mapper; dd if=/dev/ram0 of=out bs=4k count=1 status=none; cat </dev/ram0 "
                + ">/dev/null; cat /dev/ram9; exit 7");
    if (b.isClosed()) {
      return;
    }
    List<String> said = b.out().lines().filter(l -> l.startsWith("dmsim: ")).toList();
    assertEquals(
        List.of(
            "dmsim: nobody can go to /dev/mapper, which only names things; use whole paths",
            "dmsim: I/O without O_DIRECT goes to the device at once: there is no page cache"),
        said);
    assertTrue(b.out().contains("cat: /dev/ram9: No such file or directory"), b.out());
    assertEquals(7, b.status());
  }
}
