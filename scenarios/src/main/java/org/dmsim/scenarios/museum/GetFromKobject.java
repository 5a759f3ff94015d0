package org.dmsim.scenarios.museum;

import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;

/** sysfs tests the freeing flag, then takes a reference; the remover sets the flag in between. */
final class GetFromKobject implements Lesson {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "get-from-kobject",
        "b9a41d21dcea",
        "dm: fix race between dm_get_from_kobject() and __dm_destroy()",
        true,
        "",
        Rule.TEST_AND_ACT_UNDER_ONE_LOCK,
        "a test and a get that are atomic each, and not together",
        "kernel BUG at drivers/md/dm.c:2919!");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Device[] made = new Device[1];
    machine.boot(() -> made[0] = new Device());
    Device md = made[0];
    machine.spawn("udevd", () -> md.getFromKobject(fixed));
    machine.spawn("dmsetup", md::destroy);
  }

  private static final class Device {
    private final SpinLock minorLock = new SpinLock("_minor_lock");
    private final SharedInt freeing = new SharedInt("DMF_FREEING", 0);
    private final SharedInt holders = new SharedInt("md->holders", 0);

    /** Mirrors dm_get_from_kobject, 4.14, before and after the fix. */
    @KernelSymbol("dm_get_from_kobject")
    void getFromKobject(boolean underLock) {
      if (underLock) {
        minorLock.lock();
      }
      if (freeing.readOnce() == 0) {
        get();
        holders.add(-1);
      }
      if (underLock) {
        minorLock.unlock();
      }
    }

    /** Mirrors dm_get, 4.14. */
    @KernelSymbol("dm_get")
    private void get() {
      holders.add(1);
      KernelBug.on(freeing.readOnce() != 0, "drivers/md/dm.c:2919");
    }

    /** Mirrors __dm_destroy, 4.14, up to the flag. */
    @KernelSymbol("__dm_destroy")
    void destroy() {
      minorLock.lock();
      freeing.writeOnce(1);
      minorLock.unlock();
    }
  }
}
