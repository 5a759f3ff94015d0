package org.dmsim.scenarios.museum;

import java.util.ArrayDeque;
import org.dmsim.machine.Machine;
import org.dmsim.report.KernelSymbol;

/** A remainder that is handled before the children of the piece that it was cut from. */
final class NestedBiosInOrder implements Lesson {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "nested-bios-in-order",
        "79bd99596b73",
        "blk: improve order of bio handling in generic_make_request()",
        true,
        "",
        Rule.HOLD_NOTHING_THAT_THE_WAKER_NEEDS,
        "a driver that sees the rest of a bio while what the first part holds waits behind it",
        "INFO: task");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Stack[] made = new Stack[1];
    machine.boot(() -> made[0] = new Stack(fixed));
    machine.spawn("submitter", made[0]::submit);
  }

  private static final class Stack {
    private final boolean depthFirst;
    private final Count slot = new Count("the one slot of the middle device", 1);
    private final ArrayDeque<Runnable> bioList = new ArrayDeque<>(); // current->bio_list

    Stack(boolean depthFirst) {
      this.depthFirst = depthFirst;
    }

    /** Mirrors generic_make_request, 4.10 and 4.11: handles bios until the task's list is empty. */
    @KernelSymbol("generic_make_request")
    void submit() {
      bioList.add(this::top);
      while (!bioList.isEmpty()) {
        Runnable bio = bioList.poll();
        ArrayDeque<Runnable> before = new ArrayDeque<>(bioList);
        bioList.clear();
        bio.run();
        if (depthFirst) {
          bioList.addAll(before);
        } else {
          before.addAll(bioList);
          bioList.clear();
          bioList.addAll(before);
        }
      }
    }

    /** Splits into a piece and a remainder, both for the middle device. */
    private void top() {
      bioList.add(this::middle);
      bioList.add(this::middle);
    }

    /** Takes the one slot until its child has completed. */
    private void middle() {
      slot.take();
      bioList.add(() -> slot.add(1));
    }
  }
}
