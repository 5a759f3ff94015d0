package org.dmsim.scenarios.explain.lines;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/**
 * The lines of a stream: UTF-8 or what else bytes hold, UTF-16 with a mark or without, and gzip.
 * Line feed, carriage return and both end a line. A line is never longer than {@link #LONGEST}
 * characters: what is longer goes on as another with the same number.
 */
public final class LineSource implements Closeable {

  /** In bytes. */
  static final int LONGEST = 1 << 20;

  private static final int HEAD = 4096;

  private final InputStream in;
  private final Charset wide;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int filled;
  private byte[] line = new byte[512];
  private int number;
  private boolean sameNumber;

  /** Takes the stream over. */
  public LineSource(InputStream stream) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(stream, 2 * HEAD);
    byte[] head = head(buffered);
    if (head.length > 2 && (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b) {
      buffered = new BufferedInputStream(new GZIPInputStream(buffered), 2 * HEAD);
      head = head(buffered);
    }
    if (new String(head, 0, Math.min(8, head.length), StandardCharsets.US_ASCII)
        .equals("LPKSHHRH")) {
      throw new IOException(
          "it is a journal as systemd stores it; write: journalctl -k --file=FILE | dmsim explain"
              + " -");
    }
    in = buffered;
    wide = wide(head);
  }

  private static byte[] head(BufferedInputStream in) throws IOException {
    in.mark(HEAD);
    byte[] head = in.readNBytes(HEAD);
    in.reset();
    return head;
  }

  /** UTF-16, if the beginning is that: by its mark, or as every other byte is 0; else null. */
  private static Charset wide(byte[] head) {
    if (head.length < 2) {
      return null;
    }
    int mark = (head[0] & 0xff) << 8 | head[1] & 0xff;
    int[] zeros = new int[2];
    for (int i = 0; i < head.length; i++) {
      if (head[i] == 0) {
        zeros[i & 1]++;
      }
    }
    if (mark == 0xfffe || zeros[1] > head.length / 3 && zeros[0] < head.length / 20) {
      return StandardCharsets.UTF_16LE;
    }
    if (mark == 0xfeff || zeros[0] > head.length / 3 && zeros[1] < head.length / 20) {
      return StandardCharsets.UTF_16BE;
    }
    return null;
  }

  /** The next line, or null at the end. */
  public RawLine next() throws IOException {
    int length = 0;
    boolean wideHigh = wide == StandardCharsets.UTF_16BE;
    while (true) {
      int b = read();
      if (b < 0) {
        return length == 0 ? null : line(length, false);
      }
      if (wide != null) {
        int other = read();
        if (other < 0) {
          return length == 0 ? null : line(length, false);
        }
        int unit = wideHigh ? b << 8 | other : other << 8 | b;
        if (unit == '\n' || unit == '\r') {
          skipLineFeed(unit);
          return line(length, false);
        }
        length = put(put(length, b), other);
      } else {
        if (b == '\n' || b == '\r') {
          skipLineFeed(b);
          return line(length, false);
        }
        length = put(length, b);
      }
      if (length >= LONGEST) {
        return line(length, true);
      }
    }
  }

  private int put(int length, int b) {
    if (length == line.length) {
      line = java.util.Arrays.copyOf(line, 2 * length);
    }
    line[length] = (byte) b;
    return length + 1;
  }

  /** Behind a carriage return a line feed belongs to the same end. */
  private void skipLineFeed(int end) throws IOException {
    if (end != '\r') {
      return;
    }
    int b = read();
    if (b < 0) {
      return;
    }
    if (wide == null) {
      if (b != '\n') {
        at--;
      }
      return;
    }
    int other = read();
    if (other < 0) {
      return;
    }
    int unit = wide == StandardCharsets.UTF_16BE ? b << 8 | other : other << 8 | b;
    if (unit != '\n') {
      unread(b, other);
    }
  }

  private void unread(int b, int other) {
    if (at >= 2) {
      at -= 2;
    } else {
      // The unit lies across a refill: both bytes go to the front.
      System.arraycopy(buffer, at, buffer, 2, filled - at);
      buffer[0] = (byte) b;
      buffer[1] = (byte) other;
      filled = filled - at + 2;
      at = 0;
    }
  }

  private int read() throws IOException {
    if (at == filled) {
      filled = in.read(buffer, 0, buffer.length - 2);
      at = 0;
      if (filled <= 0) {
        filled = 0;
        return -1;
      }
    }
    return buffer[at++] & 0xff;
  }

  private RawLine line(int length, boolean cut) {
    if (!sameNumber) {
      number++;
    }
    sameNumber = cut;
    if (wide != null) {
      return new RawLine(number, new String(line, 0, length, wide));
    }
    for (int i = 0; i < length; i++) {
      if (line[i] < 0) {
        return new RawLine(number, new String(line, 0, length, StandardCharsets.UTF_8));
      }
    }
    return new RawLine(number, new String(line, 0, length, StandardCharsets.ISO_8859_1));
  }

  /** How many lines were read. */
  public int number() {
    return number;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
