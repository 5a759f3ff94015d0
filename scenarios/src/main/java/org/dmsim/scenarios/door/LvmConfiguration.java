package org.dmsim.scenarios.door;

/**
 * {@code /etc/lvm/lvm.conf} of the simulated machine: without udev, daemons, backups of metadata,
 * and with ram disks and null disks as physical volumes.
 */
final class LvmConfiguration {

  private LvmConfiguration() {}

  static String text() {
    return """
    devices {
      dir = "/dev"
      scan = ["/dev"]
      obtain_device_list_from_udev = 0
      external_device_info_source = "none"
      use_devicesfile = 0
      types = ["ramdisk", 16, "nullb", 16]
    }
    global {
      use_lvmpolld = 0
      use_lvmlockd = 0
      event_activation = 0
    }
    activation {
      udev_sync = 0
      udev_rules = 0
      verify_udev_operations = 0
      monitoring = 0
    }
    backup {
      backup = 0
      archive = 0
    }
    """;
  }
}
