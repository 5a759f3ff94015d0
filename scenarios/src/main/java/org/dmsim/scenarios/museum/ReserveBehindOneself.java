package org.dmsim.scenarios.museum;

import java.util.ArrayDeque;
import org.dmsim.machine.Machine;
import org.dmsim.report.KernelSymbol;

/** A bio set's reserve, drained by tasks that each hold one parked bio and ask for a second. */
final class ReserveBehindOneself implements Lesson {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "reserve-behind-oneself",
        "df2cb6daa4cb",
        "block: Avoid deadlocks with bio allocation by stacking drivers",
        true,
        "",
        Rule.HOLD_NOTHING_THAT_THE_WAKER_NEEDS,
        "submitters that wait for bios which are parked on their own lists, behind themselves",
        "INFO: task");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Set[] made = new Set[1];
    machine.boot(() -> made[0] = new Set(2));
    Set bs = made[0];
    for (int i = 0; i < 2; i++) {
      machine.spawn("submitter", () -> bs.submitInTwoPieces(fixed));
    }
    if (fixed) {
      machine.spawnDaemon("bioset", bs::rescue);
    }
  }

  private static final class Set {
    private final Count reserve;
    private final Count toRescue = new Count("bs->rescue_list", 0);

    Set(int size) {
      reserve = new Count("bs->bio_pool", size);
    }

    /** Mirrors a stacking driver's make_request function under generic_make_request, 3.6. */
    @KernelSymbol("generic_make_request")
    void submitInTwoPieces(boolean rescuer) {
      ArrayDeque<Integer> parked = new ArrayDeque<>(); // current->bio_list
      for (int piece = 0; piece < 2; piece++) {
        if (rescuer && reserve.get() == 0 && !parked.isEmpty()) {
          toRescue.add(parked.size()); // punt_bios_to_rescuer
          parked.clear();
        }
        reserve.take();
        parked.add(piece);
      }
      while (parked.poll() != null) {
        reserve.add(1); // submitted at last, and completed
      }
    }

    /** Mirrors bio_alloc_rescue, 3.7. */
    @KernelSymbol("bio_alloc_rescue")
    void rescue() {
      for (; ; ) {
        toRescue.take();
        reserve.add(1);
      }
    }
  }
}
