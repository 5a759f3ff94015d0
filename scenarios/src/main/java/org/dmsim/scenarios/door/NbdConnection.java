package org.dmsim.scenarios.door;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.dmsim.block.Errno;

/**
 * One client: the fixed newstyle handshake, then requests, each answered when the machine has made
 * it. The protocol is that of {@code doc/proto.md} of the NBD project.
 */
final class NbdConnection {

  private static final long NBDMAGIC = 0x4e42444d41474943L;
  private static final long IHAVEOPT = 0x49484156454F5054L;
  private static final long OPTION_REPLY = 0x3e889045565a9L;
  private static final int REQUEST = 0x25609513;
  private static final int SIMPLE_REPLY = 0x67446698;
  private static final int STRUCTURED_REPLY = 0x668e33ef;

  private static final int FIXED_NEWSTYLE = 1;
  private static final int NO_ZEROES = 2;

  private static final int OPT_EXPORT_NAME = 1;
  private static final int OPT_ABORT = 2;
  private static final int OPT_LIST = 3;
  private static final int OPT_INFO = 6;
  private static final int OPT_GO = 7;
  private static final int OPT_STRUCTURED_REPLY = 8;
  private static final int OPT_LIST_META_CONTEXT = 9;
  private static final int OPT_SET_META_CONTEXT = 10;

  private static final int REP_ACK = 1;
  private static final int REP_SERVER = 2;
  private static final int REP_INFO = 3;
  private static final int REP_META_CONTEXT = 4;
  private static final int REP_ERR_UNSUP = 0x80000001;
  private static final int REP_ERR_INVALID = 0x80000003;
  private static final int REP_ERR_UNKNOWN = 0x80000006;

  private static final int INFO_EXPORT = 0;
  private static final int INFO_BLOCK_SIZE = 3;

  private static final int CMD_READ = 0;
  private static final int CMD_WRITE = 1;
  private static final int CMD_DISC = 2;
  private static final int CMD_FLUSH = 3;
  private static final int CMD_TRIM = 4;
  private static final int CMD_WRITE_ZEROES = 6;
  private static final int CMD_BLOCK_STATUS = 7;

  private static final int FLAG_FUA = 1;
  private static final int FLAG_NO_HOLE = 2;
  private static final int FLAG_REQ_ONE = 8;
  private static final int FLAG_FAST_ZERO = 16;

  private static final int CHUNK_DONE = 1;
  private static final int CHUNK_NONE = 0;
  private static final int CHUNK_OFFSET_DATA = 1;
  private static final int CHUNK_BLOCK_STATUS = 5;
  private static final int CHUNK_ERROR = 0x8001;

  private static final int ENOTSUP = 95;

  /** The one context: all of a device counts as allocated, since a device does not tell. */
  private static final String ALLOCATION = "base:allocation";

  private static final int ALLOCATION_ID = 1;

  private static final int MAX_OPTION = 1 << 16;
  private static final int MAX_REQUEST = 1 << 25;
  private static final int PREFERRED = 4096;
  private static final int IN_FLIGHT = 64;

  private final ByteBuffer last = ByteBuffer.allocate(0);

  private final NbdServer server;
  private final SocketChannel client;
  private final BlockingQueue<ByteBuffer> out = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(IN_FLIGHT);
  private boolean noZeroes;
  private boolean structured;
  private boolean allocation;
  private NbdExport export;

  NbdConnection(NbdServer server, SocketChannel client) {
    this.server = server;
    this.client = client;
  }

  /** Serves the client until it goes. */
  void run() {
    try (client) {
      if (shakeHands()) {
        Thread writer = Thread.ofVirtual().start(this::write);
        try {
          requests();
        } finally {
          room.acquireUninterruptibly(IN_FLIGHT); // what is on its way ends first
          out.add(last);
          writer.join();
        }
      }
    } catch (IOException gone) {
      return; // a client may go at any time
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (export != null) {
        server.post(export::close);
      }
    }
  }

  // ---- handshake -------------------------------------------------------------------------------

  /** True if requests follow. */
  private boolean shakeHands() throws IOException {
    ByteBuffer hello = ByteBuffer.allocate(18).putLong(NBDMAGIC).putLong(IHAVEOPT);
    send(hello.putShort((short) (FIXED_NEWSTYLE | NO_ZEROES)));
    noZeroes = (receive(4).getInt() & NO_ZEROES) != 0;
    while (true) {
      ByteBuffer head = receive(16);
      if (head.getLong() != IHAVEOPT) {
        throw new IOException("not an option");
      }
      int option = head.getInt();
      int length = head.getInt();
      if (length < 0 || length > MAX_OPTION) {
        throw new IOException("an option of " + length + " bytes");
      }
      ByteBuffer data = receive(length);
      switch (option) {
        case OPT_EXPORT_NAME -> {
          return exportName(text(data, length));
        }
        case OPT_ABORT -> {
          reply(option, REP_ACK, ByteBuffer.allocate(0));
          return false;
        }
        case OPT_LIST -> list(option, length);
        case OPT_INFO, OPT_GO -> {
          if (info(option, data)) {
            return true;
          }
        }
        case OPT_STRUCTURED_REPLY -> {
          structured = length == 0;
          reply(option, structured ? REP_ACK : REP_ERR_INVALID, ByteBuffer.allocate(0));
        }
        case OPT_LIST_META_CONTEXT, OPT_SET_META_CONTEXT -> contexts(option, data);
        default -> reply(option, REP_ERR_UNSUP, ByteBuffer.allocate(0));
      }
    }
  }

  private void list(int option, int length) throws IOException {
    if (length != 0) {
      reply(option, REP_ERR_INVALID, ByteBuffer.allocate(0));
      return;
    }
    for (String name : server.ask(server::names)) {
      byte[] n = name.getBytes(StandardCharsets.UTF_8);
      reply(option, REP_SERVER, ByteBuffer.allocate(4 + n.length).putInt(n.length).put(n));
    }
    reply(option, REP_ACK, ByteBuffer.allocate(0));
  }

  private boolean exportName(String name) throws IOException {
    export = server.ask(() -> NbdExport.open(server.device(name)));
    if (export == null) {
      return false; // the old option has no way to say no
    }
    ByteBuffer b = ByteBuffer.allocate(noZeroes ? 10 : 134);
    b.putLong(server.ask(export::size)).putShort(server.ask(export::flags).shortValue());
    b.position(b.capacity());
    send(b);
    return true;
  }

  /** True if the client goes on to requests. */
  private boolean info(int option, ByteBuffer data) throws IOException {
    int length = data.remaining() < 6 ? -1 : data.getInt();
    if (length < 0 || length > data.remaining() - 2) {
      reply(option, REP_ERR_INVALID, ByteBuffer.allocate(0));
      return false;
    }
    String name = text(data, length);
    NbdExport e = server.ask(() -> NbdExport.open(server.device(name)));
    if (e == null) {
      reply(option, REP_ERR_UNKNOWN, ascii("there is no device '" + name + "' to open"));
      return false;
    }
    ByteBuffer size = ByteBuffer.allocate(12).putShort((short) INFO_EXPORT);
    reply(
        option,
        REP_INFO,
        size.putLong(server.ask(e::size)).putShort(server.ask(e::flags).shortValue()));
    ByteBuffer blocks = ByteBuffer.allocate(14).putShort((short) INFO_BLOCK_SIZE);
    reply(
        option,
        REP_INFO,
        blocks.putInt(server.ask(e::blockSize)).putInt(PREFERRED).putInt(MAX_REQUEST));
    reply(option, REP_ACK, ByteBuffer.allocate(0));
    if (option == OPT_GO) {
      export = e;
      return true;
    }
    server.post(e::close);
    return false;
  }

  private void contexts(int option, ByteBuffer data) throws IOException {
    boolean good = structured && data.remaining() >= 8;
    int length = good ? data.getInt() : 0;
    if (!good || length < 0 || length > data.remaining() - 4) {
      reply(option, REP_ERR_INVALID, ByteBuffer.allocate(0));
      return;
    }
    text(data, length); // the same context for every device
    int queries = data.getInt();
    boolean wanted = option == OPT_LIST_META_CONTEXT && queries == 0;
    for (int i = 0; i < queries && data.remaining() >= 4; i++) {
      int n = data.getInt();
      if (n < 0 || n > data.remaining()) {
        reply(option, REP_ERR_INVALID, ByteBuffer.allocate(0));
        return;
      }
      String query = text(data, n);
      boolean whole = option == OPT_LIST_META_CONTEXT && query.equals("base:");
      wanted |= whole || query.equals(ALLOCATION);
    }
    allocation = option == OPT_SET_META_CONTEXT ? wanted : allocation;
    if (wanted) {
      ByteBuffer b = ByteBuffer.allocate(4 + ALLOCATION.length());
      b.putInt(option == OPT_SET_META_CONTEXT ? ALLOCATION_ID : 0);
      reply(option, REP_META_CONTEXT, b.put(ALLOCATION.getBytes(StandardCharsets.US_ASCII)));
    }
    reply(option, REP_ACK, ByteBuffer.allocate(0));
  }

  private void reply(int option, int type, ByteBuffer data) throws IOException {
    data.rewind();
    ByteBuffer b = ByteBuffer.allocate(20 + data.remaining()).putLong(OPTION_REPLY);
    send(b.putInt(option).putInt(type).putInt(data.remaining()).put(data));
  }

  // ---- requests --------------------------------------------------------------------------------

  private void requests() throws IOException, InterruptedException {
    while (true) {
      ByteBuffer q = receive(28);
      if (q.getInt() != REQUEST) {
        throw new IOException("not a request");
      }
      int flags = q.getShort() & 0xffff;
      int type = q.getShort() & 0xffff;
      long cookie = q.getLong();
      long offset = q.getLong();
      long length = q.getInt() & 0xffffffffL;
      if (type == CMD_DISC) {
        return;
      }
      if (type == CMD_WRITE && length > MAX_REQUEST) {
        throw new IOException("a write of " + length + " bytes");
      }
      byte[] data = type == CMD_WRITE ? receive((int) length).array() : null;
      room.acquire();
      server.post(
          () -> {
            out.add(answer(flags, type, cookie, offset, length, data));
            room.release();
          });
    }
  }

  /** Makes a request, in a task of the machine. */
  private ByteBuffer answer(
      int flags, int type, long cookie, long offset, long length, byte[] data) {
    boolean fua = (flags & FLAG_FUA) != 0;
    boolean large = type == CMD_READ && length > MAX_REQUEST;
    if (type != CMD_FLUSH && (large || !export.fits(offset, length))) {
      boolean past = type == CMD_WRITE || type == CMD_WRITE_ZEROES;
      boolean beyond = offset < 0 || length > export.size() - offset;
      return error(cookie, past && beyond ? -Errno.ENOSPC : -Errno.EINVAL);
    }
    byte[] read = type == CMD_READ ? new byte[(int) length] : null;
    int r =
        switch (type) {
          case CMD_READ -> export.read(read, offset);
          case CMD_WRITE -> export.write(data, offset, fua);
          case CMD_FLUSH -> export.flush();
          case CMD_TRIM -> export.trim(offset, length, fua);
          case CMD_WRITE_ZEROES ->
              export.zero(
                  offset, length, fua, (flags & FLAG_NO_HOLE) == 0, (flags & FLAG_FAST_ZERO) != 0);
          case CMD_BLOCK_STATUS -> allocation && length > 0 ? 0 : -Errno.EINVAL;
          default -> -Errno.EINVAL;
        };
    if (r < 0) {
      return error(cookie, r);
    }
    if (type == CMD_BLOCK_STATUS) {
      ByteBuffer b = chunk(cookie, CHUNK_BLOCK_STATUS, 12).putInt(ALLOCATION_ID);
      long whole = (flags & FLAG_REQ_ONE) != 0 ? length : Math.min(length, MAX_REQUEST * 32L);
      return b.putInt((int) whole).putInt(0);
    }
    if (!structured) {
      ByteBuffer b = ByteBuffer.allocate(16 + (read == null ? 0 : read.length));
      b.putInt(SIMPLE_REPLY).putInt(0).putLong(cookie);
      return read == null ? b : b.put(read);
    }
    return read == null
        ? chunk(cookie, CHUNK_NONE, 0)
        : chunk(cookie, CHUNK_OFFSET_DATA, 8 + read.length).putLong(offset).put(read);
  }

  private ByteBuffer error(long cookie, int errno) {
    int e = numberOf(errno);
    return structured
        ? chunk(cookie, CHUNK_ERROR, 6).putInt(e).putShort((short) 0)
        : ByteBuffer.allocate(16).putInt(SIMPLE_REPLY).putInt(e).putLong(cookie);
  }

  private static ByteBuffer chunk(long cookie, int type, int length) {
    ByteBuffer b = ByteBuffer.allocate(20 + length).putInt(STRUCTURED_REPLY);
    return b.putShort((short) CHUNK_DONE).putShort((short) type).putLong(cookie).putInt(length);
  }

  /** The protocol knows nine errors; the rest are EIO. */
  private static int numberOf(int errno) {
    return switch (-errno) {
      case Errno.EPERM, Errno.EACCES, Errno.EROFS, Errno.EBADF -> Errno.EPERM;
      case Errno.ENOMEM, Errno.EINVAL, Errno.ENOSPC -> -errno;
      case Errno.EOPNOTSUPP -> ENOTSUP;
      default -> Errno.EIO;
    };
  }

  // ---- bytes -----------------------------------------------------------------------------------

  private void write() {
    try {
      for (ByteBuffer b = out.take(); b != last; b = out.take()) {
        send(b);
      }
    } catch (IOException gone) {
      return; // the reader notices as well
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(ByteBuffer b) throws IOException {
    b.flip();
    while (b.hasRemaining()) {
      client.write(b);
    }
  }

  private ByteBuffer receive(int n) throws IOException {
    ByteBuffer b = ByteBuffer.allocate(n);
    while (b.hasRemaining()) {
      if (client.read(b) < 0) {
        throw new EOFException();
      }
    }
    return b.flip();
  }

  private static String text(ByteBuffer b, int length) {
    byte[] bytes = new byte[length];
    b.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static ByteBuffer ascii(String s) {
    byte[] b = s.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(b.length).put(b);
  }
}
