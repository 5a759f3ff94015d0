package org.dmsim.scenarios.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.dm.ioctl.DmIoctl;
import org.dmsim.dm.ioctl.DmReply;
import org.dmsim.dm.ioctl.TableLine;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.report.Report;
import org.dmsim.scenarios.script.Header;
import org.dmsim.scenarios.script.Place;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.strategy.LongestWaiting;

/**
 * Puts tables to the kernel line by line: each stands behind those before it, a line that was
 * refused replaced by the target error, so that one mistake does not hide the next. Of several
 * devices each is a table of its own, over the machine's disks.
 *
 * <p>A table that loads as a whole is loaded once: only where an answer or the log changes is
 * looked for the line that changed it, by halves. Refused lines that follow each other are one
 * error target.
 */
public final class TableCheck {

  /** What {@link Line#answer} is where the model cannot say. */
  public static final String NOT_MODELLED = "not modelled";

  /**
   * What came of one line.
   *
   * @param device whose table it is; empty where the input names none
   * @param place where it stands
   * @param text the line
   * @param answer ok, the errno that dmsetup would be told, {@link #NOT_MODELLED}, or crash
   * @param log what the kernel's log says about it
   */
  public record Line(String device, Place place, String text, String answer, List<String> log) {
    /** Copies the list. */
    public Line {
      log = List.copyOf(log);
    }
  }

  private final TableInput.Device device;
  private final List<TableInput.Entry> given;
  private final Configuration configuration;
  private final List<Line> checked = new ArrayList<>();

  /** What stands for the lines that are checked already. */
  private final List<TableLine> before = new ArrayList<>();

  /** Where the error target at the end of {@link #before} begins, in sectors; or -1. */
  private long errorStart = -1;

  private final Manner manner;
  private final StandIns standIns;

  /**
   * How tables are checked.
   *
   * @param readOnly as {@code dmsetup load --readonly} loads them
   * @param standIns with a blank disk for each device that the machine has not
   */
  public record Manner(boolean readOnly, boolean standIns) {
    /** As they stand. */
    public static final Manner PLAIN = new Manner(false, false);
  }

  /**
   * What came of an input.
   *
   * @param lines each line, with its answer
   * @param standIns the blank disks over which that was found out: each as the tables name it, with
   *     its size in sectors
   */
  public record Checked(List<Line> lines, Map<String, Long> standIns) {
    /** Copies the list. */
    public Checked {
      lines = List.copyOf(lines);
      standIns = Collections.unmodifiableMap(new TreeMap<>(standIns));
    }
  }

  private TableCheck(TableInput.Device device, Configuration configuration, Manner manner) {
    this.device = device;
    this.given = device.lines();
    this.configuration = configuration;
    this.manner = manner;
    List<TableLine> wanted =
        manner.standIns() ? given.stream().map(TableInput.Entry::line).toList() : List.of();
    this.standIns = StandIns.of(wanted, MachineDisks::isRam);
  }

  /** The machine on which {@link #check} does it. */
  public static Configuration machine(Overrides overrides) {
    return overrides.apply(Header.NONE);
  }

  /**
   * Checks tables.
   *
   * @param file its name, for messages
   * @throws ScriptError if a line is no line of a table
   */
  public static Checked check(String file, String text, Overrides overrides, Manner manner) {
    List<Line> lines = new ArrayList<>();
    Map<String, Long> standIns = new TreeMap<>();
    for (TableInput.Device device : TableInput.read(file, text)) {
      TableCheck table = new TableCheck(device, machine(overrides), manner);
      lines.addAll(table.lines());
      table.standIns.all().forEach(s -> standIns.merge(s.name(), s.sectors(), Math::max));
    }
    return new Checked(lines, standIns);
  }

  private List<Line> lines() {
    List<String> said = List.of();
    int likely = 1;
    while (checked.size() < given.size()) {
      int from = checked.size();
      int known = from;
      int step = likely;
      Line other = null;
      int at = from;
      while (other == null && known < given.size()) {
        at = Math.min(known + step, given.size());
        Line tried = load(at);
        if (tried.answer().equals("ok") && tried.log().equals(said)) {
          known = at;
          step *= 2;
        } else {
          other = tried;
        }
      }
      while (at - known > 1) { // the first known lines say nothing new, and line number "at" does
        int middle = (known + at) >>> 1;
        Line tried = load(middle);
        boolean same = tried.answer().equals("ok") && tried.log().equals(said);
        known = same ? middle : known;
        at = same ? at : middle;
        other = same ? other : tried;
      }
      likely = known - from + 1;
      for (int i = from; i < known; i++) {
        accept("ok", List.of());
      }
      if (other != null) {
        boolean ok = other.answer().equals("ok");
        List<String> log =
            startsWith(other.log(), said)
                ? other.log().subList(said.size(), other.log().size())
                : other.log();
        accept(other.answer(), log);
        said = ok ? other.log() : said; // the error target has nothing to say
      }
    }
    return checked;
  }

  private static boolean startsWith(List<String> all, List<String> first) {
    return all.size() >= first.size() && all.subList(0, first.size()).equals(first);
  }

  private Line line(TableInput.Entry entry, String answer, List<String> log) {
    return new Line(device.name(), entry.place(), entry.text(), answer, log);
  }

  /** The next line is answered. */
  private void accept(String answer, List<String> log) {
    TableInput.Entry entry = given.get(checked.size());
    TableLine target = entry.line();
    checked.add(line(entry, answer, log));
    if (answer.equals("ok")) {
      before.add(target);
      errorStart = -1;
      return;
    }
    if (errorStart < 0) {
      errorStart = target.start();
    } else {
      before.removeLast();
    }
    long length = target.start() + target.length() - errorStart;
    before.add(new TableLine(errorStart, length, "error", ""));
  }

  /**
   * Loads the first {@code count} lines; those that are checked in the form that they passed in.
   */
  private Line load(int count) {
    List<TableLine> table = new ArrayList<>(before);
    for (int i = checked.size(); i < count; i++) {
      table.add(given.get(i).line());
    }
    TableInput.Entry last = given.get(count - 1);
    List<String> answer = new ArrayList<>();
    Machine machine = new Machine(configuration, new LongestWaiting());
    machine.boot(
        () -> {
          if (manner.standIns()) {
            MachineDisks.addRam(BlockLayer.of(machine));
            standIns.addTo(BlockLayer.of(machine));
          } else {
            MachineDisks.add(BlockLayer.of(machine), List.of());
          }
        });
    machine.spawn("dmsetup", () -> answer.add(load(machine, table)));
    machine.run();
    List<String> log = new ArrayList<>(machine.log());
    if (last.line().params().contains(";")) {
      log.add("dmsetup ends a target at the end of a line only; the ';' is one of its parameters");
    }
    if (last.line().type().equals("crypt") && last.line().params().matches("\\S+\\s+:.*")) {
      log.add(
          "the key is in a keyring; the kernels here are built without CONFIG_KEYS, as those of the"
              + " recordings are, and refuse that");
    }
    if (answer.isEmpty()) {
      machine.reports().stream().map(Report::headline).forEach(log::add);
      return line(last, "crash", log);
    }
    String first = answer.getFirst();
    if (first.startsWith(NOT_MODELLED)) {
      return line(last, NOT_MODELLED, List.of(first.substring(NOT_MODELLED.length() + 2)));
    }
    return line(last, first, log);
  }

  private String load(Machine machine, List<TableLine> lines) {
    DmIoctl dm = DmIoctl.of(machine);
    dm.create("d0", "", standIns.freeMinor());
    try {
      DmReply r = dm.load("d0", device.readOnly() || manner.readOnly(), lines);
      return r.ok() ? "ok" : Errno.name(r.error());
    } catch (NotModelledException e) {
      return NOT_MODELLED + ": " + e.getMessage();
    }
  }
}
