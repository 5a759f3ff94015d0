package org.dmsim.dm.ioctl;

import java.util.TreeMap;
import org.dmsim.OnThreads;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.device.MappedDevice;
import org.dmsim.version.KernelVersion;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Names and uuids of devices on real threads: two maps that always say the same. A lookup under the
 * lock finds a device by the name, or by the uuid, that it has at one moment, and pins it.
 */
class NameHashLincheckTest {

  /** What the module has: two maps under {@code _hash_lock}. */
  @Param(name = "device", gen = IntGen.class, conf = "0:2")
  public static class Hash {
    private final DmCore core = new DmCore(new BlockLayer(), KernelVersion.RECORDED, 2);
    private final NameHash hash = new NameHash(core);
    private final MappedDevice[] devices = {
      MappedDevice.create(core, 0), MappedDevice.create(core, 1), MappedDevice.create(core, 2)
    };

    /** Puts a device in: 0, or that its name is taken. */
    @Operation
    public int insert(@Param(name = "device") int device) {
      return hash.insert("d" + device, "u" + device, devices[device]);
    }

    /** The minor of the device of that name; -1 if there is none. */
    @Operation
    public int byName(@Param(name = "device") int device) {
      hash.lock.downRead();
      int minor = minor(hash.byName("d" + device));
      hash.lock.upRead();
      return minor;
    }

    /** The minor of the device of that uuid; -1 if there is none. */
    @Operation
    public int byUuid(@Param(name = "device") int device) {
      hash.lock.downRead();
      int minor = minor(hash.byUuid("u" + device));
      hash.lock.upRead();
      return minor;
    }

    private static int minor(HashCell cell) {
      if (cell == null) {
        return -1;
      }
      int minor = cell.md.minor();
      cell.md.put();
      return minor;
    }

    /** Takes the device of that name out; whether there was one. */
    @Operation
    public boolean remove(@Param(name = "device") int device) {
      hash.lock.downWrite();
      HashCell cell = hash.byName("d" + device);
      if (cell != null) {
        hash.remove(cell);
        cell.md.put();
      }
      hash.lock.upWrite();
      return cell != null;
    }

    /** Calls the device of a name by the next name: 0, or what is wrong. */
    @Operation
    public int rename(@Param(name = "device") int device) {
      DmParam param = new DmParam("d" + device, "", 0);
      MappedDevice[] renamed = new MappedDevice[1];
      int r = hash.rename(param, "d" + (device + 1) % 3, renamed);
      if (r == 0) {
        renamed[0].put();
      }
      return r;
    }
  }

  /** A device by its name, and by its uuid, which is that of its number. */
  public static class Maps {
    private final TreeMap<Integer, Integer> names = new TreeMap<>();

    /** Puts a device in. */
    public int insert(int device) {
      if (names.containsKey(device) || names.containsValue(device)) {
        return -Errno.EBUSY;
      }
      names.put(device, device);
      return 0;
    }

    /** The device of a name. */
    public int byName(int device) {
      return names.getOrDefault(device, -1);
    }

    /** The device of a uuid. */
    public int byUuid(int device) {
      return names.containsValue(device) ? device : -1;
    }

    /** Takes the device of a name out. */
    public boolean remove(int device) {
      return names.remove(device) != null;
    }

    /** Calls the device of a name by the next one. */
    public int rename(int device) {
      int fresh = (device + 1) % 3;
      if (names.containsKey(fresh)) {
        return -Errno.EBUSY;
      }
      Integer minor = names.remove(device);
      if (minor == null) {
        return -Errno.ENXIO;
      }
      names.put(fresh, minor);
      return 0;
    }
  }

  private static final String[] WHOLE = {"org.dmsim.block.", "org.dmsim.dm.table."};

  @Test
  void namesAndUuidsAgree() {
    OnThreads.check(Hash.class, Maps.class, WHOLE);
  }

  @Tag("deep")
  @Test
  void namesAndUuidsAgree_forLong() {
    OnThreads.checkForLong(Hash.class, Maps.class, WHOLE);
  }
}
