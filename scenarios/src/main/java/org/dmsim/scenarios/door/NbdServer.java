package org.dmsim.scenarios.door;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Gendisk;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.machine.Reported;
import org.dmsim.report.Report;

/**
 * Exports the block devices of a machine over the NBD protocol, on a unix socket. Every request is
 * a task of the machine, so that those of one connection overlap as their client lets them.
 */
final class NbdServer implements DoorMachine.Outside {

  private static final Runnable END = () -> {};

  /** How long clients may take to go, once the program that started them has ended, ns. */
  private static final long GRACE = 1_000_000_000;

  private final DoorMachine door;
  private final PrintWriter err;
  private final Path path;
  private final ServerSocketChannel listening;
  private final BlockingQueue<Runnable> jobs = new LinkedBlockingQueue<>();
  private final Map<Thread, SocketChannel> connections = new ConcurrentHashMap<>();
  private final AtomicBoolean ended = new AtomicBoolean();

  /**
   * Listens.
   *
   * @throws IOException if it cannot; the message says why
   */
  NbdServer(DoorMachine door, Path path, PrintWriter err) throws IOException {
    this.door = door;
    this.err = err;
    this.path = path;
    listening = listen(path);
    door.machine().reports().forEach(this::say);
    door.machine().events().hear(Reported.class, e -> say(e.report()));
    Thread.ofVirtual().start(this::accept);
  }

  private void say(Report report) {
    err.println(report.text());
    err.flush();
  }

  /**
   * Listens on a unix socket.
   *
   * @throws IOException if somebody does so already, or it cannot be made
   */
  static ServerSocketChannel listen(Path path) throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
    if (Files.exists(path)) {
      if (isListening(address)) {
        throw new IOException("somebody listens at " + path + " already");
      }
      Files.delete(path); // left behind by one that was killed
    }
    ServerSocketChannel s = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    s.bind(address);
    return s;
  }

  private static boolean isListening(UnixDomainSocketAddress address) throws IOException {
    try (SocketChannel other = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return other.connect(address);
    } catch (java.net.SocketException refused) {
      return false;
    }
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel c = listening.accept();
        connections.keySet().removeIf(t -> !t.isAlive());
        Thread t = Thread.ofVirtual().unstarted(() -> new NbdConnection(this, c).run());
        connections.put(t, c);
        t.start();
      }
    } catch (IOException closed) {
      return; // by end
    }
  }

  // ---- the machine's side ----------------------------------------------------------------------

  @Override
  public boolean admit(long milliseconds) {
    try {
      Runnable job =
          milliseconds < 0 ? jobs.take() : jobs.poll(milliseconds, TimeUnit.MILLISECONDS);
      if (job == END) {
        door.end();
      } else if (job != null) {
        door.performInBackground("nbd", job);
      }
      return job != null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      door.end();
      return true;
    }
  }

  // ---- the clients' side -----------------------------------------------------------------------

  /** Has the machine do something, in a task of its own. */
  void post(Runnable job) {
    jobs.add(job);
  }

  /** Has the machine do something, and waits for its answer. */
  <T> T ask(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    post(() -> answer.complete(question.get()));
    return answer.join();
  }

  /** What can be exported, mapped devices by name before disks; asked in the machine. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    DmIoctl.of(door.machine()).names().forEach(n -> names.add(n.name()));
    for (Gendisk d : BlockLayer.of(door.machine()).all()) {
      if (d.major() != DmCore.MAJOR) {
        names.add(d.name());
      }
    }
    return names;
  }

  /** A device by its name, or a path; the first for none; null if there is none. */
  BlockDevice device(String wanted) {
    String name = wanted.isEmpty() && !names().isEmpty() ? names().getFirst() : wanted;
    name = name.substring(name.lastIndexOf('/') + 1);
    BlockLayer disks = BlockLayer.of(door.machine());
    for (DmIoctl.Named n : DmIoctl.of(door.machine()).names()) {
      if (n.name().equals(name)) {
        return disks.lookupOrProbe(DmCore.MAJOR, n.minor());
      }
    }
    for (Gendisk d : disks.all()) {
      if (d.name().equals(name)) {
        return d.part0();
      }
    }
    return null;
  }

  /** Lets nobody in any more, has those end who are there, and then the machine. */
  void end() {
    if (ended.getAndSet(true)) {
      return;
    }
    try {
      listening.close();
      Files.deleteIfExists(path);
      long until = System.nanoTime() + GRACE;
      for (Thread t : connections.keySet()) {
        t.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
      }
      for (Map.Entry<Thread, SocketChannel> c : connections.entrySet()) {
        c.getValue().close();
        c.getKey().join(Duration.ofNanos(GRACE));
      }
    } catch (IOException gone) {
      err.println("dmsim: " + gone.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      jobs.add(END);
    }
  }
}
