package org.dmsim.scenarios.museum;

import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;

/** Internal resume forgets the targets, so the next suspend calls postsuspend a second time. */
final class PostsuspendTwice implements Lesson {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "postsuspend-twice",
        "65e8fbde6452",
        "dm: call the resume method on internal suspend",
        "",
        Rule.HOOKS_ALTERNATE,
        "a target that takes itself off a list twice, since internal resume never put it back",
        "kernel BUG at lib/list_debug.c:56!");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Origin[] made = new Origin[1];
    machine.boot(() -> made[0] = new Origin());
    Origin origin = made[0];
    machine.spawn(
        "dmsetup",
        () -> {
          origin.postsuspend(); // internal suspend
          if (fixed) {
            origin.resume(); // internal resume
          }
          origin.postsuspend(); // a person's suspend
        });
  }

  /** A snapshot-origin target: on the list of origins while it is resumed. */
  private static final class Origin {
    private final SharedInt onList = new SharedInt("origin on list", 1);

    /** Mirrors origin_postsuspend, 6.1. */
    @KernelSymbol("origin_postsuspend")
    void postsuspend() {
      if (onList.exchange(0) == 0) {
        KernelBug.at("lib/list_debug.c:56");
      }
    }

    /** Mirrors origin_resume, 6.1. */
    @KernelSymbol("origin_resume")
    void resume() {
      onList.writeOnce(1);
    }
  }
}
