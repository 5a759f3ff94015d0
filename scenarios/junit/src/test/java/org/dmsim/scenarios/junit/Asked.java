package org.dmsim.scenarios.junit;

import java.lang.annotation.Annotation;
import org.dmsim.explore.Bounds;
import org.dmsim.machine.PreemptionModel;

/** What somebody could write above a test method. */
record Asked(String script, String kernel, int preemptions, String replay) implements Explore {

  @Override
  public Bounds.Selection strategy() {
    return Bounds.Selection.EXHAUSTIVE;
  }

  @Override
  public long maxSchedules() {
    return Long.MAX_VALUE;
  }

  @Override
  public long seed() {
    return 1;
  }

  @Override
  public PreemptionModel[] preempt() {
    return new PreemptionModel[0];
  }

  @Override
  public int cpus() {
    return 0;
  }

  @Override
  public long schedules() {
    return -1;
  }

  @Override
  public String[] guarded() {
    return new String[0];
  }

  @Override
  public boolean boundedIsEnough() {
    return false;
  }

  @Override
  public Class<? extends Annotation> annotationType() {
    return Explore.class;
  }
}
