package org.dmsim.scenarios.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Outcome;
import org.dmsim.scenarios.run.ScriptSetup;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The NBD server: by a client of our own, byte by byte, and by others' clients. */
final class NbdTest {

  private static final String MACHINE =
      """
      disk ram0 1M
      disk nullb0 1M discard write_zeroes write_cache fua
      create d0
      load d0 0 1024 linear 1:0 0 ; 1024 1024 linear 253:0 0
      resume d0
      """;

  @TempDir private Path folder;

  /** What a client does. */
  private interface Client {
    void talk(Path socket) throws IOException;
  }

  private Outcome serve(Client client) throws Exception {
    Script script = ScriptParser.parse("test", MACHINE);
    DoorMachine door = new DoorMachine(Configuration.standard(), null);
    door.letInAfter(new ScriptSetup(script, door.machine(), null).task());
    Path socket = folder.resolve("s");
    NbdServer server = new NbdServer(door, socket, new PrintWriter(new StringWriter()));
    CompletableFuture<Void> talked =
        CompletableFuture.runAsync(
            () -> {
              try {
                client.talk(socket);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              } finally {
                server.end();
              }
            });
    Outcome outcome = door.run(server);
    talked.get();
    var ram = BlockLayer.of(door.machine()).lookupOrProbe(252, 0);
    assertEquals(0, ram.openers(), "somebody left the device open");
    return outcome;
  }

  /** A connection, and what the protocol says of its bytes. */
  private static final class Wire implements AutoCloseable {
    private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);

    Wire(Path socket) throws IOException {
      channel.connect(UnixDomainSocketAddress.of(socket));
      ByteBuffer hello = get(18);
      assertEquals(0x4e42444d41474943L, hello.getLong());
      assertEquals(0x49484156454F5054L, hello.getLong());
      assertEquals(3, hello.getShort());
      put(ByteBuffer.allocate(4).putInt(3));
    }

    ByteBuffer get(int n) throws IOException {
      ByteBuffer b = ByteBuffer.allocate(n);
      while (b.hasRemaining()) {
        if (channel.read(b) < 0) {
          throw new EOFException();
        }
      }
      return b.flip();
    }

    void put(ByteBuffer b) throws IOException {
      b.flip();
      while (b.hasRemaining()) {
        channel.write(b);
      }
    }

    /** Sends an option; the types of its replies. */
    List<Integer> option(int option, byte... data) throws IOException {
      ByteBuffer b = ByteBuffer.allocate(16 + data.length).putLong(0x49484156454F5054L);
      put(b.putInt(option).putInt(data.length).put(data));
      List<Integer> types = new ArrayList<>();
      while (true) {
        ByteBuffer h = get(20);
        assertEquals(0x3e889045565a9L, h.getLong());
        assertEquals(option, h.getInt());
        int type = h.getInt();
        get(h.getInt());
        types.add(type);
        if (type == 1 || type < 0) {
          return types;
        }
      }
    }

    List<Integer> go(String name) throws IOException {
      byte[] n = name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      ByteBuffer b = ByteBuffer.allocate(6 + n.length).putInt(n.length).put(n);
      return option(7, b.array());
    }

    /** Makes a request that is answered with a simple reply: its error. */
    int request(int flags, int type, long offset, int length, byte[] data, byte[] read)
        throws IOException {
      ByteBuffer b = ByteBuffer.allocate(28 + (data == null ? 0 : data.length));
      b.putInt(0x25609513).putShort((short) flags).putShort((short) type).putLong(99);
      b.putLong(offset).putInt(length);
      put(data == null ? b : b.put(data));
      ByteBuffer h = get(16);
      assertEquals(0x67446698, h.getInt());
      int error = h.getInt();
      assertEquals(99, h.getLong());
      if (error == 0 && read != null) {
        get(read.length).get(read);
      }
      return error;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  @Test
  void requests_areMadeByTheMachine() throws Exception {
    Outcome outcome =
        serve(
            socket -> {
              try (Wire w = new Wire(socket)) {
                assertEquals(List.of(0x80000001), w.option(5)); // TLS
                assertEquals(List.of(2, 2, 2, 1), w.option(3)); // d0, ram0, nullb0
                assertEquals(List.of(0x80000006), w.go("nothing"));
                assertEquals(List.of(3, 3, 1), w.go("d0"));
                byte[] data = new byte[8192];
                new SplittableRandom(1).nextBytes(data);
                byte[] read = new byte[8192];
                long seam = 1024 * 512 - 4096;
                assertEquals(0, w.request(1, 1, seam, 8192, data, null));
                assertEquals(0, w.request(0, 0, seam, 8192, null, read));
                assertTrue(Arrays.equals(data, read));
                assertEquals(0, w.request(0, 6, seam, 8192, null, null));
                assertEquals(0, w.request(0, 0, seam, 8192, null, read));
                assertTrue(Arrays.equals(new byte[8192], read));
                assertEquals(0, w.request(0, 3, 0, 0, null, null));
                assertEquals(22, w.request(0, 0, 100, 512, null, null));
                assertEquals(28, w.request(0, 1, 1 << 20, 512, new byte[512], null));
                assertEquals(22, w.request(0, 0, 1 << 20, 512, null, null));
                assertEquals(22, w.request(0, 0, -512, 512, null, null));
                assertEquals(22, w.request(0, 99, 0, 512, null, null));
                assertEquals(22, w.request(0, 7, 0, 512, null, null)); // no context was set
                assertEquals(0, w.request(0, 4, 1024 * 512, 4096, null, null));
                // Fast, or not at all: the ram disk below has to write the zeroes.
                assertEquals(95, w.request(16, 6, 0, 4096, null, null));
              }
            });
    assertEquals(List.of(), outcome.reports());
  }

  /** Clients that go in the middle, and such as send rubbish, take nobody with them. */
  @Test
  void garbage_endsTheConnectionAndNothingElse() throws Exception {
    SplittableRandom random = new SplittableRandom(5);
    serve(
        socket -> {
          for (int i = 0; i < 150; i++) {
            try (Wire w = new Wire(socket)) {
              if (i % 3 > 0) {
                w.go("d0");
              }
              byte[] rubbish = new byte[random.nextInt(200)];
              random.nextBytes(rubbish);
              ByteBuffer b = ByteBuffer.allocate(28 + rubbish.length);
              if (i % 3 == 1) {
                b.putInt(0x25609513).putShort((short) random.nextInt(32));
                b.putShort((short) random.nextInt(9)).putLong(1).putLong(random.nextLong(1 << 21));
                b.putInt(random.nextInt());
              } else if (i % 3 == 0) {
                b.putLong(0x49484156454F5054L).putInt(random.nextInt(12)).putInt(rubbish.length);
              }
              w.put(b.put(rubbish));
            }
          }
          try (Wire w = new Wire(socket)) {
            w.go("d0");
            assertEquals(0, w.request(0, 1, 0, 512, new byte[512], null));
          }
        });
  }

  @Test
  void othersClients_readWriteAndAsk() throws IOException {
    if (!Behind.has("nbdinfo", "nbdcopy", "qemu-io")) {
      return;
    }
    Files.writeString(folder.resolve("m.dm"), MACHINE);
    Files.writeString(
        folder.resolve("go.sh"),
        """
        U="nbd+unix:///d0?socket=$PWD/s"
        nbdinfo --map "$U"
        nbdinfo --list "nbd+unix:///?socket=$PWD/s" | grep -c size:
        head -c 1M /dev/urandom >in
        nbdcopy in "$U" && nbdcopy "$U" out && cmp in out && echo same
        qemu-io -f raw "$U" -c 'write -f -P 7 600k 64k' -c 'read -P 7 600k 64k' -c 'discard 600k 4k' \\
          -c 'write -z 700k 8k' -c 'aio_write 0 64k' -c 'aio_read 64k 64k' -c aio_flush | grep -c ops
        nbdinfo "nbd+unix:///no?socket=$PWD/s" 2>&1 | grep -c 'No such file'
        """);
    Behind b = Behind.dmsim(folder, "serve", "--nbd", "unix:s", "m.dm", "--", "sh", "go.sh");
    assertEquals(
        "         0     1048576    0  data\n3\nsame\n6\n1\n"
            + "CLEAN  no report; sh ended with 0; kernel 6.12.117, preempt full, 2 CPUs\n",
        b.out());
    assertEquals(0, b.status());
    Behind wrong = Behind.dmsim(folder, "serve", "--nbd", "tcp:1", "m.dm");
    assertEquals(
        "dmsim: --nbd takes a socket, for example: --nbd unix:/tmp/dmsim.sock\n", wrong.out());
  }
}
