package org.dmsim.litmus.lang;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.litmus.lang.Primitive.Shape;

/**
 * The kernel's primitives by name, as {@code tools/memory-model/linux-kernel.def} of 6.12
 * represents them, and those that the tables of later kernels added (atomic_and and its kin,
 * atomic_add_unless).
 */
public final class Primitives {
  private static final Map<String, Primitive> TABLE = new Table().fill();

  private Primitives() {}

  /** The primitive of that name, or null. */
  public static Primitive byName(String name) {
    return TABLE.get(name);
  }

  /** The names of all primitives, in the order of the alphabet. */
  public static List<String> names() {
    return TABLE.keySet().stream().sorted().toList();
  }

  private static final class Table {
    private final Map<String, Primitive> byName = new HashMap<>();

    Map<String, Primitive> fill() {
      load("READ_ONCE", Order.ONCE, true);
      load("smp_load_acquire", Order.ACQUIRE, false);
      load("rcu_dereference", Order.ONCE, true);
      load("lockless_dereference", Order.ONCE, true);
      load("atomic_read", Order.ONCE, false);
      load("atomic_read_acquire", Order.ACQUIRE, false);

      store("WRITE_ONCE", Order.ONCE, true, null);
      store("smp_store_release", Order.RELEASE, false, null);
      store("rcu_assign_pointer", Order.RELEASE, true, null);
      store("smp_store_mb", Order.ONCE, true, Fence.MB);
      store("atomic_set", Order.ONCE, false, null);
      store("atomic_set_release", Order.RELEASE, false, null);

      fence("smp_mb", Fence.MB);
      fence("smp_rmb", Fence.RMB);
      fence("smp_wmb", Fence.WMB);
      fence("barrier", Fence.BARRIER);
      fence("smp_mb__before_atomic", Fence.BEFORE_ATOMIC);
      fence("smp_mb__after_atomic", Fence.AFTER_ATOMIC);
      fence("smp_mb__after_spinlock", Fence.AFTER_SPINLOCK);
      fence("smp_mb__after_unlock_lock", Fence.AFTER_UNLOCK_LOCK);
      fence("smp_mb__after_srcu_read_unlock", Fence.AFTER_SRCU_READ_UNLOCK);
      fence("rcu_read_lock", Fence.RCU_LOCK);
      fence("rcu_read_unlock", Fence.RCU_UNLOCK);
      fence("synchronize_rcu", Fence.SYNC_RCU);
      fence("synchronize_rcu_expedited", Fence.SYNC_RCU);

      plain("spin_lock", Shape.LOCK, 1);
      plain("spin_unlock", Shape.UNLOCK, 1);
      plain("spin_trylock", Shape.TRYLOCK, 1);
      plain("spin_is_locked", Shape.IS_LOCKED, 1);
      plain("srcu_read_lock", Shape.SRCU_LOCK, 1);
      plain("srcu_down_read", Shape.SRCU_LOCK, 1);
      plain("srcu_read_unlock", Shape.SRCU_UNLOCK, 2);
      plain("srcu_up_read", Shape.SRCU_UNLOCK, 2);
      plain("synchronize_srcu", Shape.SYNC_SRCU, 1);
      plain("synchronize_srcu_expedited", Shape.SYNC_SRCU, 1);

      for (Suffix suffix : Suffix.values()) {
        exchanges(suffix);
        arithmetic("add", "+", suffix, null);
        arithmetic("sub", "-", suffix, null);
        arithmetic("inc", "+", suffix, 1L);
        arithmetic("dec", "-", suffix, 1L);
        fetches("and", "&", suffix);
        fetches("or", "|", suffix);
        fetches("xor", "^", suffix);
        fetches("andnot", "&~", suffix);
      }
      operation("add", "+", null);
      operation("sub", "-", null);
      operation("inc", "+", 1L);
      operation("dec", "-", 1L);
      operation("and", "&", null);
      operation("or", "|", null);
      operation("xor", "^", null);
      operation("andnot", "&~", null);
      test("atomic_sub_and_test", "-", null, "== 0");
      test("atomic_dec_and_test", "-", 1L, "== 0");
      test("atomic_inc_and_test", "+", 1L, "== 0");
      test("atomic_add_negative", "+", null, "< 0");
      put(
          new Primitive(
              "atomic_add_unless", Shape.ADD_UNLESS, 3, Order.MB, null, false, "+", null, null));
      return Map.copyOf(byName);
    }

    private void put(Primitive primitive) {
      byName.put(primitive.name(), primitive);
    }

    private void load(String name, Order order, boolean lvalue) {
      put(new Primitive(name, Shape.LOAD, 1, order, null, lvalue, null, null, null));
    }

    private void store(String name, Order order, boolean lvalue, Fence after) {
      put(new Primitive(name, Shape.STORE, 2, order, after, lvalue, null, null, null));
    }

    private void fence(String name, Fence fence) {
      put(new Primitive(name, Shape.FENCE, 0, null, fence, false, null, null, null));
    }

    private void plain(String name, Shape shape, int parameters) {
      put(new Primitive(name, shape, parameters, null, null, false, null, null, null));
    }

    private void exchanges(Suffix suffix) {
      for (String prefix : List.of("", "atomic_")) {
        put(
            new Primitive(
                prefix + "xchg" + suffix.text,
                Shape.XCHG,
                2,
                suffix.order,
                null,
                false,
                null,
                null,
                null));
        put(
            new Primitive(
                prefix + "cmpxchg" + suffix.text,
                Shape.CMPXCHG,
                3,
                suffix.order,
                null,
                false,
                null,
                null,
                null));
      }
    }

    private void arithmetic(String name, String operator, Suffix suffix, Long operand) {
      put(
          new Primitive(
              "atomic_" + name + "_return" + suffix.text,
              Shape.OP_RETURN,
              operand == null ? 2 : 1,
              suffix.order,
              null,
              false,
              operator,
              operand,
              null));
      put(
          new Primitive(
              "atomic_fetch_" + name + suffix.text,
              Shape.FETCH_OP,
              operand == null ? 2 : 1,
              suffix.order,
              null,
              false,
              operator,
              operand,
              null));
    }

    private void fetches(String name, String operator, Suffix suffix) {
      put(
          new Primitive(
              "atomic_fetch_" + name + suffix.text,
              Shape.FETCH_OP,
              2,
              suffix.order,
              null,
              false,
              operator,
              null,
              null));
    }

    private void operation(String name, String operator, Long operand) {
      put(
          new Primitive(
              "atomic_" + name,
              Shape.ATOMIC_OP,
              operand == null ? 2 : 1,
              Order.NORETURN,
              null,
              false,
              operator,
              operand,
              null));
    }

    private void test(String name, String operator, Long operand, String test) {
      put(
          new Primitive(
              name,
              Shape.OP_RETURN,
              operand == null ? 2 : 1,
              Order.MB,
              null,
              false,
              operator,
              operand,
              test));
    }
  }

  private enum Suffix {
    NONE("", Order.MB),
    RELAXED("_relaxed", Order.ONCE),
    ACQUIRE("_acquire", Order.ACQUIRE),
    RELEASE("_release", Order.RELEASE);

    final String text;
    final Order order;

    Suffix(String text, Order order) {
      this.text = text;
      this.order = order;
    }
  }
}
