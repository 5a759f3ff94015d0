package org.dmsim.dm.device;

import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.dm.table.DmTable;

/**
 * How {@code dm_submit_bio} finds the live table and keeps it from going away. What the section
 * promises decides what may be done inside it: inside plain RCU nobody may sleep.
 */
public interface LiveTableLookup {

  /**
   * Enters the read-side section.
   *
   * @param opf the bio's operation and flags
   * @return what the close needs
   */
  int open(MappedDevice md, int opf);

  /** Reads the pointer, inside the read-side section; null where there is no table. */
  DmTable read(MappedDevice md, int opf);

  /**
   * Leaves the read-side section.
   *
   * @param cookie what the open returned
   * @param opf operation and flags as they were at the open
   * @param bio the bio, which may be gone by now
   */
  void close(MappedDevice md, int cookie, int opf, Bio bio);

  /** SRCU for every bio: commits 83d5e5b0af90 and, after the detour, a9ce385344f9. */
  LiveTableLookup SRCU =
      new LiveTableLookup() {
        @Override
        public int open(MappedDevice md, int opf) {
          return md.live.get();
        }

        @Override
        public DmTable read(MappedDevice md, int opf) {
          return md.live.read();
        }

        @Override
        public void close(MappedDevice md, int cookie, int opf, Bio bio) {
          md.live.put(cookie);
        }

        @Override
        public String toString() {
          return "SRCU";
        }
      };

  /** RCU if the bio says REQ_NOWAIT, else SRCU: commit 563a225c9fd2 with its companions. */
  LiveTableLookup RCU_IF_NOWAIT =
      new LiveTableLookup() {
        @Override
        public int open(MappedDevice md, int opf) {
          if ((opf & Opf.REQ_NOWAIT) != 0) {
            md.live.getFast();
            return 0;
          }
          return md.live.get();
        }

        @Override
        public DmTable read(MappedDevice md, int opf) {
          return (opf & Opf.REQ_NOWAIT) != 0 ? md.live.readFast() : md.live.read();
        }

        @Override
        public void close(MappedDevice md, int cookie, int opf, Bio bio) {
          if ((opf & Opf.REQ_NOWAIT) != 0) {
            md.live.putFast();
          } else {
            md.live.put(cookie);
          }
        }

        @Override
        public String toString() {
          return "RCU if REQ_NOWAIT, else SRCU";
        }
      };

  /** As {@link #RCU_IF_NOWAIT} before 5d7362d0d56d: the close asks the bio, which may be gone. */
  LiveTableLookup RCU_IF_BIO_SAYS_NOWAIT =
      new LiveTableLookup() {
        @Override
        public int open(MappedDevice md, int opf) {
          return RCU_IF_NOWAIT.open(md, opf);
        }

        @Override
        public DmTable read(MappedDevice md, int opf) {
          return RCU_IF_NOWAIT.read(md, opf);
        }

        @Override
        public void close(MappedDevice md, int cookie, int opf, Bio bio) {
          RCU_IF_NOWAIT.close(md, cookie, bio.askOpf(), bio);
        }

        @Override
        public String toString() {
          return "RCU if the bio says REQ_NOWAIT when asked, else SRCU";
        }
      };
}
