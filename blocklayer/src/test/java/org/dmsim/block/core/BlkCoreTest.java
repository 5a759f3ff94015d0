package org.dmsim.block.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.BlockMachine;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioDriver;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Gendisk;
import org.dmsim.block.disk.DiskOptions;
import org.dmsim.block.disk.Latency;
import org.dmsim.block.disk.NullDisk;
import org.dmsim.block.disk.RamDisk;
import org.dmsim.block.queue.RequestQueue;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.context.Preempt;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Task;
import org.dmsim.report.CallTrace;
import org.dmsim.report.Check;
import org.junit.jupiter.api.Test;

/** From a system call to a driver: checks, order, freezing. Facts: block/blk-core.c, 6.1.192. */
class BlkCoreTest {

  private static Gendisk disk(BlockLayer d, String name, int minor, BioDriver ops) {
    Gendisk disk = d.allocDisk(name, 99, minor, ops);
    disk.queue().set(RequestQueue.QUEUE_FLAG_NOWAIT);
    disk.setCapacity(1024);
    disk.add();
    return disk;
  }

  private static Bio bio(BlockMachine m, String dev, int opf, long sector, int bytes) {
    Bio bio = Bio.onStack(m.dev(dev), opf);
    bio.setSector(sector);
    bio.setData(new byte[bytes], 0, bytes);
    return bio;
  }

  @Test
  void directReadPassesTheFramesOfTheSeed() {
    List<CallTrace> traces = new ArrayList<>();
    BlockMachine m =
        new BlockMachine(
            d ->
                disk(
                    d,
                    "probe",
                    0,
                    b -> {
                      traces.add(Task.callTrace());
                      b.endio();
                    }));
    m.task("t", () -> m.read("probe", new byte[4096], 0, Syscalls.RWF_NOWAIT)).run();
    List<String> seed =
        List.of(
            "__submit_bio",
            "submit_bio_noacct_nocheck",
            "submit_bio_noacct",
            "submit_bio_wait",
            "__blkdev_direct_IO_simple",
            "blkdev_direct_IO",
            "blkdev_read_iter",
            "do_iter_readv_writev",
            "do_iter_read",
            "vfs_readv",
            "do_preadv",
            "__x64_sys_preadv2");
    List<String> symbols =
        traces.getFirst().frames().stream().map(CallTrace.Frame::symbol).toList();
    assertEquals(seed, symbols.stream().filter(seed::contains).toList());
  }

  @Test
  void bioForALowerDeviceGoesFirst_thenThoseForTheSame_thenOlderOnes() {
    List<String> order = new ArrayList<>();
    BlockMachine[] machine = new BlockMachine[1];
    machine[0] =
        new BlockMachine(
            d -> {
              disk(
                  d,
                  "top",
                  0,
                  b -> {
                    order.add("top " + b.sector());
                    BlockMachine m = machine[0];
                    if (b.sector() == 0) {
                      BlkCore.submitBio(bio(m, "top", Opf.REQ_OP_READ, 10, 512));
                      BlkCore.submitBio(bio(m, "low", Opf.REQ_OP_READ, 20, 512));
                      BlkCore.submitBio(bio(m, "top", Opf.REQ_OP_READ, 30, 512));
                    } else if (b.sector() == 10) {
                      BlkCore.submitBio(bio(m, "low", Opf.REQ_OP_READ, 40, 512));
                    }
                    b.endio();
                  });
              disk(
                  d,
                  "low",
                  1,
                  b -> {
                    order.add("low " + b.sector());
                    b.endio();
                  });
            });
    BlockMachine m = machine[0];
    m.task("t", () -> BlkCore.submitBio(bio(m, "top", Opf.REQ_OP_READ, 0, 512))).run();
    assertEquals(List.of("top 0", "low 20", "top 10", "low 40", "top 30"), order);
    assertEquals(List.of(), m.found());
  }

  @Test
  void nowaitOnAQueueWithoutIt_endsUnsupported_andIsNotQueued() {
    BlockMachine m = new BlockMachine(d -> NullDisk.add(d, 0));
    m.task(
            "t",
            () ->
                assertEquals(
                    -Errno.EOPNOTSUPP,
                    BlkCore.submitBioWait(
                        bio(m, "nullb0", Opf.REQ_OP_READ | Opf.REQ_NOWAIT, 0, 512))))
        .run();
    assertEquals(List.of(), m.events);
  }

  @Test
  void bioBeyondTheEnd_failsWithAMessage_tenTimesInFiveSeconds() {
    BlockMachine m = new BlockMachine(d -> RamDisk.add(d, 0));
    m.task(
            "dmctl",
            () -> {
              for (int i = 0; i < 12; i++) {
                assertEquals(
                    -Errno.EIO,
                    BlkCore.submitBioWait(bio(m, "ram0", Opf.REQ_OP_READ, 131070, 4096)));
              }
            })
        .run();
    assertEquals(10, m.machine.log().size());
    assertEquals(
        "dmctl: attempt to access beyond end of device\\x0a"
            + "ram0: rw=2048, sector=131070, nr_sectors = 8 limit=131072",
        m.machine.log().getFirst());
  }

  @Test
  void writeToAReadOnlyDisk_isWarnedOf_andDone() {
    BlockMachine m = new BlockMachine(d -> RamDisk.add(d, 0).disk().setReadOnly(true));
    m.task(
            "t",
            () -> assertEquals(0, BlkCore.submitBioWait(bio(m, "ram0", Opf.REQ_OP_WRITE, 0, 512))))
        .run();
    assertEquals(List.of("Trying to write to read-only block-device ram0"), m.machine.log());
  }

  @Test
  void flushIsDroppedWithoutAWriteCache_andFuaWithIt() {
    BlockMachine m = new BlockMachine(d -> RamDisk.add(d, 0));
    m.task(
            "t",
            () -> {
              Bio flush = Bio.onStack(m.dev("ram0"), Opf.REQ_OP_WRITE | Opf.REQ_PREFLUSH);
              assertEquals(0, BlkCore.submitBioWait(flush));
              BlkCore.submitBioWait(bio(m, "ram0", Opf.REQ_OP_WRITE | Opf.REQ_FUA, 0, 512));
            })
        .run();
    assertEquals(List.of("Q 1,0 WS 0 + 1", "C 1,0 WS 0 + 1 [0]"), m.events);
  }

  @Test
  void frozenQueue_letsNowaitFail_andTheOtherWait() {
    BlockMachine m = new BlockMachine(d -> RamDisk.add(d, 0));
    List<String> order = new ArrayList<>();
    m.task(
        "admin",
        () -> {
          m.dev("ram0").queue().freeze();
          assertEquals(
              -Errno.EAGAIN,
              BlkCore.submitBioWait(bio(m, "ram0", Opf.REQ_OP_READ | Opf.REQ_NOWAIT, 0, 512)));
          order.add("frozen");
          m.machine.spawn(
              "reader",
              () -> {
                assertEquals(512, m.read("ram0", new byte[512], 0, 0));
                order.add("read");
              });
          for (int i = 0; i < 100; i++) {
            m.dev("ram0").queue().look();
          }
          order.add("thawed");
          m.dev("ram0").queue().unfreeze();
        });
    assertEquals(Outcome.End.FINISHED, m.run().end());
    assertEquals(List.of("frozen", "thawed", "read"), order);
    assertEquals(List.of(), m.found());
  }

  @Test
  void freezeWaitsForWhoIsInside() {
    List<String> order = new ArrayList<>();
    BlockMachine m =
        new BlockMachine(
            d -> NullDisk.add(d, 0, DiskOptions.nullb().withLatency(Latency.fixed(1_000_000))));
    m.task(
            "t",
            () -> {
              RequestQueue q = m.dev("nullb0").queue();
              assertEquals(0, q.enter(false));
              m.machine.spawn(
                  "admin",
                  () -> {
                    q.freeze();
                    order.add("frozen");
                    q.unfreeze();
                  });
              assertEquals(4096, m.read("nullb0", new byte[4096], 0, 0));
              order.add("read");
              q.exit();
            })
        .run();
    assertEquals(List.of("read", "frozen"), order);
    assertEquals(List.of(), m.found());
  }

  @Test
  void submissionInAtomicContext_isASleepingFunction() {
    BlockMachine m = new BlockMachine(d -> RamDisk.add(d, 0));
    m.task(
            "t",
            () -> {
              Bio b = bio(m, "ram0", Opf.REQ_OP_READ, 0, 512);
              Preempt.disable();
              BlkCore.submitBio(b);
              Preempt.enable();
            })
        .run();
    assertEquals(List.of(Check.SLEEPING_FUNCTION), m.found());
    assertTrue(
        m.machine.reports().getFirst().headline().endsWith("at block/blk-core.c:719"),
        m.machine.reports().getFirst().headline());
  }

  @Test
  void deviceHeldExclusively_isBusyForAnotherHolder_andOpenForAnybody() {
    BlockMachine m = new BlockMachine(d -> RamDisk.add(d, 0));
    int mode = BlockDevice.FMODE_READ | BlockDevice.FMODE_EXCL;
    m.task(
            "t",
            () -> {
              BlockDevice b = m.dev("ram0");
              assertEquals(0, b.open(mode, "one"));
              assertEquals(0, b.open(mode, "one"));
              assertEquals(-Errno.EBUSY, b.open(mode, "other"));
              assertEquals(0, b.open(BlockDevice.FMODE_READ, null));
              assertEquals(3, b.openers());
              b.close(BlockDevice.FMODE_READ);
              b.close(mode);
              b.close(mode);
              assertEquals(0, b.open(mode, "other"));
              b.close(mode);
            })
        .run();
    assertEquals(List.of(), m.found());
  }

  @Test
  void wholeDiskIsBusyWhileAPartitionIsHeld() {
    BlockMachine m = new BlockMachine(d -> RamDisk.add(d, 0).disk().addPartition(64, 1001));
    int mode = BlockDevice.FMODE_READ | BlockDevice.FMODE_EXCL;
    m.task(
            "t",
            () -> {
              assertEquals(0, m.dev("ram0p1").open(mode, "one"));
              assertEquals(-Errno.EBUSY, m.dev("ram0").open(mode, "one"));
              m.dev("ram0p1").close(mode);
              assertEquals(0, m.dev("ram0").open(mode, "one"));
              assertEquals(-Errno.EBUSY, m.dev("ram0p1").open(mode, "two"));
              m.dev("ram0").close(mode);
            })
        .run();
    assertEquals(List.of(), m.found());
  }
}
