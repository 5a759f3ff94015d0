package org.dmsim.block.bio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.BlockMachine;
import org.dmsim.block.Opf;
import org.dmsim.block.core.BlkCore;
import org.dmsim.block.device.Gendisk;
import org.dmsim.block.disk.DiskOptions;
import org.dmsim.block.disk.Latency;
import org.dmsim.block.disk.RamDisk;
import org.dmsim.machine.Task;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Memory;
import org.dmsim.report.Check;
import org.junit.jupiter.api.Test;

/** The life of a bio: made, cut, chained, ended once, freed once. */
class BioTest {

  private static BlockMachine ram() {
    return new BlockMachine(d -> RamDisk.add(d, 0));
  }

  @Test
  void parentEndsWhenItAndAllThatIsChainedToItHaveEnded() {
    BlockMachine m = ram();
    List<String> ends = new ArrayList<>();
    m.task(
            "t",
            () -> {
              BioSet set = m.disks.general();
              Bio parent = set.alloc(m.dev("ram0"), Opf.REQ_OP_READ, Gfp.NOIO);
              parent.setEndIo(b -> ends.add("parent " + b.status()));
              Bio one = set.alloc(m.dev("ram0"), Opf.REQ_OP_READ, Gfp.NOIO);
              Bio two = set.alloc(m.dev("ram0"), Opf.REQ_OP_READ, Gfp.NOIO);
              one.chainTo(parent);
              two.chainTo(parent);
              one.endio(BlkStatus.MEDIUM);
              parent.endio();
              ends.add("not yet");
              two.endio(BlkStatus.TIMEOUT);
              parent.put();
            })
        .run();
    assertEquals(List.of("not yet", "parent MEDIUM"), ends);
    assertEquals(List.of(), m.found());
  }

  @Test
  void bioThatEndsTwice_isReported() {
    BlockMachine m = ram();
    m.task(
            "t",
            () -> {
              Bio bio = Bio.onStack(m.dev("ram0"), Opf.REQ_OP_READ);
              bio.endio();
              bio.endio();
            })
        .run();
    assertEquals(List.of(Check.BIO_COMPLETION), m.found());
  }

  @Test
  void bioThatIsGivenAnotherEnd_mayEndAgain() {
    BlockMachine m = ram();
    m.task(
            "t",
            () -> {
              Bio bio = Bio.onStack(m.dev("ram0"), Opf.REQ_OP_READ);
              bio.setEndIo(b -> b.setEndIo(c -> {}));
              bio.endio();
              bio.endio();
            })
        .run();
    assertEquals(List.of(), m.found());
  }

  @Test
  void bioThatADriverKeeps_isReportedAtTheEnd() {
    BlockMachine m =
        new BlockMachine(
            d -> {
              Gendisk hole = d.allocDisk("hole", 99, 0, bio -> {});
              hole.setCapacity(8);
              hole.add();
            });
    m.task(
            "t",
            () -> {
              Bio bio = Bio.onStack(m.dev("hole"), Opf.REQ_OP_WRITE);
              bio.setData(new byte[512], 0, 512);
              BlkCore.submitBio(bio);
            })
        .run();
    assertEquals(List.of(Check.BIO_COMPLETION), m.found());
    assertTrue(
        m.machine.reports().getFirst().headline().startsWith("bio never ended: hole W 0 + 1"));
  }

  @Test
  void bioThatIsNotPut_isALeak() {
    BlockMachine m = ram();
    m.task("t", () -> m.disks.general().alloc(null, Opf.REQ_OP_READ, Gfp.NOIO)).run();
    assertEquals(List.of(Check.LEAK), m.found());
  }

  @Test
  void bioThatIsPutTwice_isADoubleFree() {
    BlockMachine m = ram();
    m.task(
            "t",
            () -> {
              Bio bio = m.disks.general().alloc(null, Opf.REQ_OP_READ, Gfp.NOIO);
              bio.put();
              bio.put();
            })
        .run();
    assertTrue(m.found().contains(Check.DOUBLE_FREE), m.found().toString());
  }

  @Test
  void freedBioThatIsSubmitted_isAUseAfterFree() {
    BlockMachine m = ram();
    m.task(
            "t",
            () -> {
              Bio bio = m.disks.general().alloc(m.dev("ram0"), Opf.REQ_OP_READ, Gfp.NOIO);
              bio.put();
              BlkCore.submitBio(bio);
            })
        .run();
    assertTrue(m.found().contains(Check.USE_AFTER_FREE), m.found().toString());
  }

  @Test
  void splitTakesTheFront_andTheRestGoesOnBehindIt() {
    BlockMachine m = ram();
    byte[] data = new byte[4096];
    m.task(
            "t",
            () -> {
              Bio bio = Bio.onStack(m.dev("ram0"), Opf.REQ_OP_WRITE);
              bio.setSector(100);
              bio.setData(data, 512, 3072);
              bio.setFlag(Bio.BIO_TRACE_COMPLETION);
              Bio front = m.disks.general().split(bio, 2, Gfp.NOIO);
              assertEquals("W 100 + 2", front.toString());
              assertEquals("W 102 + 4", bio.toString());
              assertEquals(512, front.dataOffset());
              assertEquals(1536, bio.dataOffset());
              assertSame(data, front.data());
              assertTrue(front.has(Bio.BIO_CLONED));
              assertTrue(front.has(Bio.BIO_TRACE_COMPLETION));
              front.put();
            })
        .run();
    assertEquals(List.of(), m.found());
  }

  @Test
  void trimLeavesTheMiddle() {
    Bio bio = Bio.onStack(null, Opf.REQ_OP_READ);
    bio.setSector(8);
    bio.setData(new byte[4096], 0, 4096);
    bio.trim(2, 3);
    assertEquals("R 10 + 3", bio.toString());
    assertEquals(1024, bio.dataOffset());
  }

  @Test
  void cloneKeepsRemappedOnItsOwnDeviceOnly() {
    BlockMachine m =
        new BlockMachine(
            d -> {
              RamDisk.add(d, 0);
              RamDisk.add(d, 1);
            });
    m.task(
            "t",
            () -> {
              Bio bio = Bio.onStack(m.dev("ram0"), Opf.REQ_OP_READ);
              bio.setFlag(Bio.BIO_REMAPPED);
              Bio same = m.disks.general().allocClone(m.dev("ram0"), bio, Gfp.NOIO);
              Bio other = m.disks.general().allocClone(m.dev("ram1"), bio, Gfp.NOIO);
              assertTrue(same.has(Bio.BIO_REMAPPED));
              assertFalse(other.has(Bio.BIO_REMAPPED));
              same.setDev(m.dev("ram1"));
              assertFalse(same.has(Bio.BIO_REMAPPED));
              same.put();
              other.put();
            })
        .run();
    assertEquals(List.of(), m.found());
  }

  @Test
  void emptySetWithoutMemory_failsOrWaitsForWhatComesBack() {
    BlockMachine m =
        new BlockMachine(
            d -> RamDisk.add(d, 0, DiskOptions.ram().withLatency(Latency.fixed(1000))));
    List<String> order = new ArrayList<>();
    m.task(
            "t",
            () -> {
              BioSet set = new BioSet("test", 1);
              Memory.of(m.machine).failFor(Task.current(), true);
              Bio first = set.alloc(m.dev("ram0"), Opf.REQ_OP_READ, Gfp.NOIO);
              first.setData(new byte[512], 0, 512);
              first.setEndIo(
                  b -> {
                    order.add("ended");
                    b.put();
                  });
              assertNull(set.alloc(null, Opf.REQ_OP_READ, Gfp.NOWAIT));
              BlkCore.submitBio(first);
              Bio second = set.alloc(null, Opf.REQ_OP_READ, Gfp.NOIO);
              order.add("allocated");
              second.put();
              set.exit();
            })
        .run();
    assertEquals(List.of("ended", "allocated"), order);
    assertEquals(List.of(), m.found());
  }
}
