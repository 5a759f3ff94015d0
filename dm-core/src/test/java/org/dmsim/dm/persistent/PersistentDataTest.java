package org.dmsim.dm.persistent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.dm.DmMachine;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Outcome;
import org.dmsim.strategy.RandomWalk;
import org.junit.jupiter.api.Test;

final class PersistentDataTest {

  private static final BlockValidator SUPERBLOCK =
      new BlockValidator("superblock", 8, 4711) {
        @Override
        protected String logPrefix() {
          return "test";
        }

        @Override
        protected String checkName() {
          return "sb_check";
        }
      };

  /** What is done with a block manager of d0, and may fail. */
  private interface Use {
    void of(BlockManager bm) throws MetadataException;
  }

  private static Outcome play(int sectors, Use use) {
    DmMachine m = new DmMachine(Configuration.standard(), new RandomWalk(1));
    m.task(
        "admin",
        () -> {
          m.device("d0", "0 " + sectors + " linear 1:0 0");
          BlockManager bm = new BlockManager(BlockLayer.of(m.machine).lookup("dm-0"), 4096, 6);
          try {
            use.of(bm);
          } catch (MetadataException e) {
            throw new AssertionError(e);
          }
          bm.destroy();
        });
    Outcome o = m.run();
    assertEquals(List.of(), o.reports());
    assertEquals(Outcome.End.FINISHED, o.end());
    return o;
  }

  private static byte[] word(long w) {
    byte[] b = new byte[8];
    MemorySegment.ofArray(b).set(Le.LE64, 0, w);
    return b;
  }

  /** Commits a transaction whose superblock holds nothing but the root of the space map. */
  private static byte[] commit(TransactionManager tm) throws MetadataException {
    tm.preCommit();
    byte[] root = tm.spaceMap().copyRoot();
    tm.commit(tm.blocks().writeLockZero(0, SUPERBLOCK));
    return root;
  }

  @Test
  void tree_isAMap_whateverIsDoneToIt_andGivesAllItsBlocksBack() {
    play(
        8192,
        bm -> {
          TransactionManager tm = TransactionManager.create(bm, 0);
          final long before = tm.spaceMap().free();
          BTree tree = new BTree(tm, 1, () -> 8);
          long root = tree.empty();
          TreeMap<Long, Long> model = new TreeMap<>();
          Random random = new Random(3);
          for (int i = 0; i < 1200; i++) {
            long key = random.nextLong(i < 600 ? 4000 : 900);
            if (random.nextInt(i < 600 ? 5 : 2) != 0) {
              BTree.Inserted in = tree.insertNotify(root, word(i), key);
              assertEquals(model.put(key, (long) i) == null, in.inserted());
              root = in.root();
            } else if (model.remove(key) != null) {
              root = tree.remove(root, key);
            }
            if (i % 600 == 599) {
              commit(tm);
              check(tree, root, model);
            }
          }
          int gone = 0;
          for (BTree.Entry e = tree.lookupNext(root, 200); e.key() < 600; ) {
            BTree.Removed removed = tree.removeLeaves(root, 600, e.key()); // one run of keys
            root = removed.root();
            gone += removed.count();
            e = tree.lookupNext(root, e.key());
          }
          assertEquals(model.subMap(200L, 600L).size(), gone);
          model.subMap(200L, 600L).clear();
          check(tree, root, model);
          tree.delete(root);
          commit(tm);
          assertEquals(before, tm.spaceMap().free());
        });
  }

  private static void check(BTree tree, long root, TreeMap<Long, Long> model)
      throws MetadataException {
    TreeMap<Long, Long> found = new TreeMap<>();
    tree.walk(root, (k, v) -> found.put(k, MemorySegment.ofArray(v).get(Le.LE64, 0)));
    assertEquals(model, found);
    assertArrayEquals(new long[] {model.lastKey()}, tree.highestKey(root));
    assertArrayEquals(new long[] {model.firstKey()}, tree.lowestKey(root));
    for (long key = 0; key < 4000; key += 97) {
      byte[] value = tree.lookup(root, key);
      if (model.containsKey(key)) {
        assertArrayEquals(word(model.get(key)), value);
      } else {
        assertNull(value);
      }
      BTree.Entry next = tree.lookupNext(root, key);
      Long wanted = model.ceilingKey(key);
      assertEquals(wanted, next == null ? null : (Long) next.key());
    }
  }

  @Test
  void transaction_isNotSeenUntilItsCommit_andThenAfterAReset() {
    play(
        8192,
        bm -> {
          TransactionManager tm = TransactionManager.create(bm, 0);
          BTree tree = new BTree(tm, 1, () -> 8);
          long first = tree.insert(tree.empty(), word(1), 5);
          byte[] root = commit(tm);
          long second = tree.insert(first, word(2), 5);
          assertTrue(second != first, "the committed node must not be changed");
          bm.reset();
          TransactionManager again = TransactionManager.open(bm, root);
          assertArrayEquals(word(1), new BTree(again, 1, () -> 8).lookup(first, 5));
          assertEquals(
              Errno.EAGAIN,
              assertThrows(
                      MetadataException.class,
                      () -> {
                        bm.reset();
                        new BTree(again.nonBlockingClone(), 1, () -> 8).lookup(first, 5);
                      })
                  .errno());
          again.issuePrefetches();
          assertNotNull(new BTree(again.nonBlockingClone(), 1, () -> 8).lookup(first, 5));
        });
  }

  @Test
  void counts_areKept_alsoAboveTwo_andFreedBlocksAreNotGivenOutBeforeTheCommit() {
    play(
        8192,
        bm -> {
          TransactionManager tm = TransactionManager.create(bm, 0);
          DiskSpaceMap sm = DiskSpaceMap.create(tm, 40000);
          Map<Long, Integer> model = new HashMap<>();
          Random random = new Random(9);
          for (int i = 0; i < 800; i++) {
            long b = random.nextLong(60) * 500;
            long e = b + 1 + random.nextInt(3);
            boolean up = random.nextInt(5) < 3;
            if (up) {
              sm.inc(b, e);
              change(model, b, e, 1);
            } else if (model.getOrDefault(b, 0) > 0 && e == b + 1) {
              sm.dec(b, e);
              change(model, b, e, -1);
            }
          }
          sm.commit();
          byte[] root = sm.copyRoot();
          commit(tm);
          DiskSpaceMap opened = DiskSpaceMap.open(tm, root);
          for (Map.Entry<Long, Integer> m : model.entrySet()) {
            assertEquals(m.getValue(), opened.count(m.getKey()));
          }
          long used = model.values().stream().filter(n -> n > 0).count();
          assertEquals(40000 - used, opened.free());
          long b = opened.newBlock();
          opened.dec(b, b + 1);
          assertEquals(0, opened.count(b));
          assertTrue(opened.newBlock() > b, "never the same block again in one transaction");
        });
  }

  private static void change(Map<Long, Integer> model, long b, long e, int by) {
    for (long i = b; i < e; i++) {
      model.merge(i, by, Integer::sum);
    }
  }

  @Test
  void array_growsAndShrinks_andItsCursorSeesEachValue() {
    play(
        8192,
        bm -> {
          TransactionManager tm = TransactionManager.create(bm, 0);
          final long before = tm.spaceMap().free();
          DiskArray array = new DiskArray(tm, () -> 8);
          long root = array.create(1300, i -> word(i));
          root = array.resize(root, 1300, 2900, word(77));
          root = array.set(root, 1299, word(-1));
          root = array.set(root, 2899, word(-2));
          commit(tm);
          root = array.resize(root, 2900, 1305, word(0));
          ArrayCursor cursor = array.cursor(root);
          for (int i = 0; i < 1305; i++) {
            assertArrayEquals(word(i < 1299 ? i : i == 1299 ? -1 : 77), cursor.get());
            if (i < 1304) {
              cursor.next();
            }
          }
          cursor.end();
          long r = root;
          assertEquals(
              Errno.ENODATA,
              assertThrows(MetadataException.class, () -> array.get(r, 1305)).errno());
          array.delete(root);
          commit(tm);
          assertEquals(before, tm.spaceMap().free());
        });
  }

  @Test
  void bitset_isAsItWasSet_alsoThroughItsCursor() {
    play(
        8192,
        bm -> {
          TransactionManager tm = TransactionManager.create(bm, 0);
          DiskBitset bits = new DiskBitset(tm);
          long root = bits.create(70000, i -> i % 3 == 0);
          root = bits.set(root, 1);
          root = bits.clear(root, 69999);
          root = bits.flush(root);
          root = bits.resize(root, 70000, 70400, true);
          BitsetCursor cursor = bits.cursor(root, 70400);
          cursor.skip(35000);
          for (int i = 35000; i < 70400; i++) {
            boolean wanted = i >= 70016 || i < 70000 && i % 3 == 0 && i != 69999;
            assertEquals(wanted, cursor.get(), "bit " + i);
            if (i < 70399) {
              cursor.next();
            }
          }
          cursor.end();
          assertTrue(bits.test(root, 1).set());
        });
  }

  @Test
  void damagedBlock_isRefused_andSaysWhy() {
    Outcome o =
        play(
            8192,
            bm -> {
              TransactionManager tm = TransactionManager.create(bm, 0);
              BTree tree = new BTree(tm, 1, () -> 8);
              long root = tree.empty();
              commit(tm);
              bm.reset();
              Block b = bm.writeLock(root, null);
              b.data()[100] ^= 1;
              bm.unlock(b);
              bm.flush();
              bm.reset();
              assertEquals(
                  Errno.EILSEQ,
                  assertThrows(MetadataException.class, () -> tree.lookup(root, 1)).errno());
            });
    String log = String.join("\n", o.log());
    assertTrue(log.contains("device-mapper: btree spine: node_check failed: csum "), log);
    assertTrue(
        log.contains("device-mapper: block manager: btree_node validator check failed for block"),
        log);
  }
}
