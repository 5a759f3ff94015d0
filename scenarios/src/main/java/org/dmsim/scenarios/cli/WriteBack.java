package org.dmsim.scenarios.cli;

import java.nio.file.Files;
import java.util.List;
import org.dmsim.scenarios.script.DiskSpec;
import org.dmsim.scenarios.script.Script;

/** What {@code --write-back} needs. */
final class WriteBack {

  private WriteBack() {}

  /**
   * Sees whether the files can be written, before anything is done.
   *
   * @throws UsageError if there is none, or one cannot
   */
  static void require(Script script) {
    List<DiskSpec> disks = script.disks().stream().filter(d -> d.image() != null).toList();
    if (disks.isEmpty()) {
      throw new UsageError(
          "--write-back, and no disk begins with a file; write in the script: disk ram0"
              + " file=IMAGE");
    }
    for (DiskSpec d : disks) {
      if (!Files.isWritable(d.image().file())) {
        throw new UsageError(
            "--write-back: " + d.image().file() + " cannot be written; see its permissions");
      }
    }
  }
}
