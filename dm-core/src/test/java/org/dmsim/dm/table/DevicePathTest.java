package org.dmsim.dm.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.dmsim.block.Errno;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.version.KernelPolicies;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How dm_get_device and name_to_dev_t of 6.1 read what a table line calls a device. */
class DevicePathTest {

  private static DevicePath parse(String path) throws TargetError {
    return parse(path, "6.1.192");
  }

  private static DevicePath parse(String path, String kernel) throws TargetError {
    return DevicePath.parse(
        path,
        name -> name.equals("ram0") ? new DevicePath(1, 0) : null,
        "Device lookup failed",
        KernelPolicies.of(KernelVersion.parse(kernel)));
  }

  @ParameterizedTest
  @CsvSource({
    "/dev/nosuch,ENOENT",
    "ram0,ENOENT",
    "100,ENOENT",
    "1:2:99,ENOENT",
    "/dev,ENOTBLK",
    "4096:0,EOVERFLOW"
  })
  void from65On_theLookupsOwnErrnoSaysWhyNot(String path, String errno) {
    TargetError e = assertThrows(TargetError.class, () -> parse(path, "6.5"));
    assertEquals(errno, Errno.name(e.errno()));
  }

  @ParameterizedTest
  @CsvSource({
    "1:0,1,0",
    "252:17,252,17",
    "/dev/ram0,1,0",
    "//dev/ram0,1,0",
    "/dev/../dev/./ram0,1,0",
    "1:2:99,1,2",
    "100,1,0",
    "0x100,1,0",
    "4294967297:0,1,0"
  })
  void aDeviceIsFound(String path, int major, int minor) throws TargetError {
    assertEquals(new DevicePath(major, minor), parse(path));
  }

  @ParameterizedTest
  @CsvSource({
    "ram0,ENODEV",
    "/dev/nosuch,ENODEV",
    "nosuchdev,ENODEV",
    "1:,ENODEV",
    "4096:0,EOVERFLOW"
  })
  void anErrnoSaysWhyNot(String path, String errno) {
    TargetError e = assertThrows(TargetError.class, () -> parse(path));
    assertEquals(errno, Errno.name(e.errno()));
  }
}
