package org.dmsim.scenarios.museum;

import java.util.List;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedRef;
import org.dmsim.report.Check;
import org.dmsim.report.KernelSymbol;
import org.dmsim.report.Report;

/**
 * A bio that finds no table is parked; the worker sees no reason to leave it there, and submits it.
 */
final class RequeuedForEver implements Lesson {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "requeued-for-ever",
        "c8691cd0fc11",
        "Revert \"dm: requeue IO if mapping table not yet available\"",
        true,
        "",
        Rule.DEFER_ONLY_WHAT_SOMEBODY_WILL_FETCH,
        "a worker at 100 % of a CPU that parks and fetches one bio, since nothing it does can bring"
            + " the table",
        "LIVELOCK: kworker");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Device[] made = new Device[1];
    machine.boot(() -> made[0] = new Device(machine));
    Device md = made[0];
    machine.spawn("writer", () -> md.submit("writer's bio", fixed));
    machine.spawnDaemon("kworker/0:1", () -> md.work(fixed));
  }

  private static final class Device {
    private final Machine machine;
    private final SharedRef<String> map = new SharedRef<>("md->map", null);
    private final SharedRef<String> deferred = new SharedRef<>("md->deferred", null);
    private final Count queued = new Count("md->work queued", 0);

    Device(Machine machine) {
      this.machine = machine;
    }

    /**
     * Mirrors dm_submit_bio, 5.18, and after the revert; BLOCK_IO_FOR_SUSPEND is never set here.
     */
    @KernelSymbol("dm_submit_bio")
    void submit(String bio, boolean failWithoutTable) {
      if (map.readOnce() == null && !failWithoutTable) {
        deferred.writeOnce(bio);
        queued.add(1);
      } // else: mapped, or -EIO
    }

    /** Mirrors dm_wq_work, 5.18: the loop runs until the list is empty, which each turn undoes. */
    @KernelSymbol("dm_wq_work")
    void work(boolean failWithoutTable) {
      String before = null;
      for (int turn = 1; ; turn++) {
        queued.take();
        String bio = deferred.exchange(null);
        if (bio != null) {
          if (bio.equals(before) && othersAreDone()) {
            livelock(bio, turn);
            return;
          }
          before = othersAreDone() ? bio : null;
          submit(bio, failWithoutTable);
        }
      }
    }

    /** Whether nobody is left whose step could make the next turn another than this one. */
    private boolean othersAreDone() {
      return machine.stuckTasks().isEmpty();
    }

    private void livelock(String bio, int turn) {
      String headline = "LIVELOCK: kworker/0:1 makes no progress";
      machine.report(
          new Report(
              Check.LIVELOCK,
              headline,
              List.of(
                  headline,
                  "turn " + turn + " begins as the one before it did, and no other task is left:",
                  "  dm_wq_work: takes " + bio + " from md->deferred",
                  "  dm_submit_bio: md->map is NULL",
                  "  dm_submit_bio: parks " + bio + " on md->deferred, queues md->work"),
              machine.step(),
              Report.Counts.NONE));
    }
  }
}
