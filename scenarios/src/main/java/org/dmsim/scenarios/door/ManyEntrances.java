package org.dmsim.scenarios.door;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dmsim.block.Errno;

/**
 * The entrances of programs that come and go, each brought by a {@code dmsim in}: it sends the pid
 * of itself and the number of its listener, which is fetched from there. A thread for each entrance
 * waits for its calls.
 */
final class ManyEntrances implements Entrance {

  private static final Coming END = new Coming(null, null);
  private static final int LONGEST = 64;

  /** A stopped call; a copy of what the listener told. */
  private record Coming(SeccompListener listener, MemorySegment request) {}

  private final Architecture architecture;
  private final Libc libc;
  private final SystemCall[] byNumber;
  private final Path path;
  private final ServerSocketChannel listening;
  private final BlockingQueue<Coming> queue = new LinkedBlockingQueue<>();
  private volatile boolean ended;
  private boolean over;

  /**
   * Listens for those who come in.
   *
   * @param libc of the machine's thread
   * @throws IOException if it cannot; the message says why
   */
  ManyEntrances(Libc libc, Path path) throws IOException {
    this.libc = libc;
    this.path = path;
    architecture = libc.architecture();
    byNumber = SystemCall.byNumber(architecture);
    listening = NbdServer.listen(path);
    Thread.ofPlatform().daemon().name("door-accept").start(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel c = listening.accept();
        Thread.ofPlatform().daemon().name("door-entrance").start(() -> letIn(c));
      }
    } catch (IOException closed) {
      return; // by end
    }
  }

  /** Takes over the listener of one client, and waits for its calls until nobody is left. */
  private void letIn(SocketChannel client) {
    Libc own = new Libc(architecture);
    int fd;
    try (client) {
      ByteBuffer b = ByteBuffer.allocate(LONGEST);
      while (b.hasRemaining() && (b.position() == 0 || b.get(b.position() - 1) != '\n')) {
        if (client.read(b) < 0) {
          return;
        }
      }
      String[] words =
          new String(b.array(), 0, b.position(), StandardCharsets.US_ASCII).strip().split(" ");
      fd = take(own, Integer.parseInt(words[0]), Integer.parseInt(words[1]));
      String answer = fd < 0 ? Errno.name(fd) : "ok";
      client.write(ByteBuffer.wrap((answer + "\n").getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException wrong) {
      return; // who does not know how to come in stays outside
    }
    if (fd < 0) {
      return;
    }
    SeccompListener waits = new SeccompListener(own, fd);
    SeccompListener answers = new SeccompListener(libc, fd);
    while (!ended) {
      MemorySegment request = waits.receiveUntilTheEnd();
      if (request == null) {
        break;
      }
      byte[] copy = request.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
      MemorySegment kept = java.lang.foreign.Arena.ofAuto().allocate(copy.length, 8);
      kept.copyFrom(MemorySegment.ofArray(copy));
      queue.add(new Coming(answers, kept));
    }
    own.close(fd);
  }

  private static int take(Libc libc, int pid, int number) {
    long process = libc.call(SystemCall.PIDFD_OPEN, pid, 0, 0);
    if (process < 0) {
      return (int) process;
    }
    long fd = libc.call(SystemCall.PIDFD_GETFD, process, number, 0);
    libc.close((int) process);
    return (int) fd;
  }

  @Override
  public Call next(long milliseconds, Trace trace) {
    try {
      Coming c = milliseconds < 0 ? queue.take() : queue.poll(milliseconds, TimeUnit.MILLISECONDS);
      if (c == END) {
        over = true;
        return null;
      }
      if (c == null) {
        return null;
      }
      Call call = new Call(c.listener, libc, trace, byNumber, c.request);
      if (call.isEnd()) {
        call.answer("", 0);
        return null;
      }
      return call;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      over = true;
      return null;
    }
  }

  @Override
  public boolean isOver() {
    return over;
  }

  /** Nobody comes in any more, and who is in gets ENOSYS from now on. */
  void end() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      listening.close();
      Files.deleteIfExists(path);
    } catch (IOException gone) {
      // The process ends with it.
    } finally {
      queue.add(END);
    }
  }

  /** As a client: sees whether a server is there. */
  static void seek(Path socket) throws IOException {
    try (SocketChannel c = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      if (!c.connect(UnixDomainSocketAddress.of(socket))) {
        throw new IOException("no answer from " + socket);
      }
    } catch (java.net.SocketException e) {
      throw new IOException(
          "nobody serves a machine at " + socket + "; begin with: dmsim serve FILE.dm", e);
    }
  }

  /** As a client: sends what the server needs. */
  static void bring(Path socket, long pid, int listener) throws IOException {
    try (SocketChannel c = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      c.connect(UnixDomainSocketAddress.of(socket));
      String words = pid + " " + listener + "\n";
      c.write(ByteBuffer.wrap(words.getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer b = ByteBuffer.allocate(LONGEST);
      while (c.read(b) >= 0 && b.hasRemaining()) {
        // until the server has said all
      }
      String answer = new String(b.array(), 0, b.position(), StandardCharsets.US_ASCII).strip();
      if (!answer.equals("ok")) {
        throw new IOException(
            "the server cannot reach this process: " + (answer.isEmpty() ? "it ended" : answer));
      }
    }
  }
}
