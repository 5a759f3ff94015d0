package org.dmsim.scenarios.door;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.Gendisk;
import org.dmsim.block.disk.MemoryDisk;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.report.DmsimFault;
import org.dmsim.report.Report;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptError;

/** One machine, made by a script, and one program in front of it. */
public final class DoorRun {

  /** The status of a run in which there was nothing that could have gone wrong. */
  private static final int NOTHING_SEEN = 2;

  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  private final Script script;
  private final Overrides overrides;
  private final DoorOptions options;
  private final boolean blockEvents;
  private final PrintWriter err;

  /**
   * A run.
   *
   * @param blockEvents whether each block event is written to {@code err} as blkparse does
   * @param err reports, refusals and whatever is not the program's own goes there
   */
  public DoorRun(
      Script script,
      Overrides overrides,
      DoorOptions options,
      boolean blockEvents,
      PrintWriter err) {
    this.script = script;
    this.overrides = overrides;
    this.options = options;
    this.blockEvents = blockEvents;
    this.err = err;
  }

  /**
   * What came of it.
   *
   * @param configuration the machine
   * @param reports what the simulated kernel complained of
   * @param status the program's: 128 and more for a signal, 127 if it could not be started; 2 if it
   *     ended well and asked for no simulated device
   * @param failure why it could not be started, or shows nothing; null if it could, and may
   * @param unexpected answers that the script's own commands expect otherwise, a line each
   */
  public record Result(
      Configuration configuration,
      List<Report> reports,
      int status,
      String failure,
      List<String> unexpected) {
    /** Copies the lists. */
    public Result {
      reports = List.copyOf(reports);
      unexpected = List.copyOf(unexpected);
    }
  }

  /**
   * Boots the machine, runs the program, and ends with it.
   *
   * @throws ScriptError where a command of the script makes no sense, or is refused
   * @throws DoorClosed where programs cannot be let in on this host
   * @throws DmsimFault if dmsim is at fault
   */
  public Result run(List<String> program) throws DoorClosed {
    Architecture architecture = Architecture.host();
    HostedMachine hosted =
        new HostedMachine(script, overrides, blockEvents ? err : null, options.lockstep());
    Starter starter = new Starter(architecture, options, program);
    Libc libc = new Libc(architecture);
    Starter.Installed installed = starter.start();
    SeccompListener listener = new SeccompListener(libc, installed.listener());
    Entrance entrance =
        entrance(
            new OneEntrance(
                listener, libc, installed.tid(), options.virtualTime() && !options.lockstep()),
            libc,
            hosted.door());
    Session session = session(entrance, libc, hosted.door());
    Thread hook =
        new Thread(
            () -> {
              starter.kill(SIGTERM);
              session.close();
            });
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      List<Report> reports = run(hosted, session, entrance, listener, starter);
      starter.join();
      if (options.writeBack()) {
        writeBack(hosted.machine());
      }
      if (options.record() != null) {
        Files.writeString(options.record(), session.recorded());
      }
      boolean quiet = starter.failure() == null && starter.status() == 0 && reports.isEmpty();
      return quiet && !session.isAsked()
          ? hosted.result(reports, NOTHING_SEEN, nothingSeen(program))
          : hosted.result(reports, starter.status(), starter.failure());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      session.close();
      unhook(hook);
    }
  }

  private static String nothingSeen(List<String> program) {
    return program.getFirst()
        + " ended with 0 and asked for no simulated device, so that nothing was looked at; name"
        + " one, such as /dev/ram0 (dmsim with -- ls -l /dev lists them)";
  }

  private Entrance entrance(OneEntrance one, Libc libc, DoorMachine door) {
    if (!options.lockstep()) {
      return one;
    }
    LockstepEntrance l = new LockstepEntrance(one, new StandingThreads(libc), door::choose);
    door.goInStepWith(l);
    return l;
  }

  private Session session(Entrance entrance, Libc libc, DoorMachine door) {
    try {
      return new Session(entrance, libc, door, options, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeBack(Machine machine) throws IOException {
    for (Gendisk d : BlockLayer.of(machine).all()) {
      if (d.privateData() instanceof MemoryDisk disk && disk.options().image() != null) {
        int pages = disk.writeBack();
        err.println("dmsim: " + pages + " pages written to " + disk.options().image().file());
      }
    }
  }

  private static void unhook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      return; // it is under way
    }
  }

  private static List<Report> run(
      HostedMachine hosted,
      Session session,
      Entrance entrance,
      SeccompListener listener,
      Starter starter)
      throws DoorClosed {
    try {
      List<Report> reports = hosted.answer(session);
      if (!entrance.isOver()) { // a machine that has ended answers nobody
        listener.close();
        starter.kill(SIGKILL);
      }
      return reports;
    } catch (DmsimFault fault) {
      listener.close(); // whoever waits for an answer gets ENOSYS
      starter.kill(SIGKILL);
      for (Throwable t = fault; t != null; t = t.getCause()) {
        if (t instanceof ScriptError wrong) {
          throw wrong;
        }
        if (t instanceof DoorClosed closed) {
          throw closed;
        }
      }
      throw fault;
    }
  }
}
