package org.dmsim.block.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.dmsim.block.Sectors;

/**
 * A file of the host's that a disk begins with: what is written to the disk goes to its own pages,
 * and the file stays as it is until {@link MemoryDisk#writeBack}. Any number of machines may begin
 * with the same image; it must not change meanwhile.
 */
public final class Image {

  private final Path file;
  private final FileChannel channel;
  private final long bytes;

  private Image(Path file, FileChannel channel, long bytes) {
    this.file = file;
    this.channel = channel;
    this.bytes = bytes;
  }

  /**
   * Opens a file for reading.
   *
   * @throws IOException if it cannot be read
   */
  public static Image open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    return new Image(file, channel, channel.size());
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** How long the file is. */
  public long bytes() {
    return bytes;
  }

  /** Whether some of a page lies in the file. */
  boolean covers(long page) {
    return page << Sectors.PAGE_SHIFT < bytes;
  }

  /** Reads bytes from {@code pos} on; what lies behind the file's end reads as zeroes. */
  void read(long pos, byte[] to, int offset, int count) {
    ByteBuffer b = ByteBuffer.wrap(to, offset, count);
    try {
      for (long at = pos; b.hasRemaining(); ) {
        int n = channel.read(b, at);
        if (n <= 0) {
          break;
        }
        at += n;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    Arrays.fill(to, b.position(), offset + count, (byte) 0);
  }
}
