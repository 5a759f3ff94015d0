package org.dmsim.scenarios.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.dmsim.explore.Bounds;
import org.dmsim.machine.PreemptionModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test method that is run under every schedule. It takes a {@link org.dmsim.machine.Machine},
 * sets up what its tasks share ({@code machine.boot}), and adds the tasks ({@code machine.spawn});
 * claims about the end go into {@code machine.atEnd}.
 *
 * <p>The method is called once for each schedule, so whatever its tasks change must be made in it.
 * The test passes if every schedule was seen and none of them made a report. It fails with the
 * interleaving as columns, the reports, and the value of {@link #replay} that shows it again.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Test
@ExtendWith(ExploreExtension.class)
public @interface Explore {

  /** Which schedules are tried. */
  Bounds.Selection strategy() default Bounds.Selection.EXHAUSTIVE;

  /** How often a schedule may switch away from a task that could go on. */
  int preemptions() default Bounds.UNBOUNDED;

  /** Runs after which the search stops. */
  long maxSchedules() default Long.MAX_VALUE;

  /** The randomness of random and PCT searches. */
  long seed() default 1;

  /** The kernel whose behaviour is modelled; if empty, the script's own, else the newest. */
  String kernel() default "";

  /** How that kernel preempts itself; if left out, as the script says, else fully. One at most. */
  PreemptionModel[] preempt() default {};

  /** Number of CPUs; 0 for one a task. */
  int cpus() default 0;

  /** How many schedules there are to be seen: a test that expects none does not care. */
  long schedules() default -1;

  /** Whether it is enough that nothing was found before a bound was reached. */
  boolean boundedIsEnough() default false;

  /**
   * A built-in scenario or a script: by name, by file, or as a resource of the test's class such as
   * {@code race.dm} beside it or {@code /scripts/race.dm}. The method then takes nothing, and is
   * not called.
   */
  String script() default "";

  /**
   * What tasks share outside the model and a modelled lock guards, so that no race of it goes
   * unseen: {@code Counter.value} for a field, {@code int[]} for the elements of arrays, {@code
   * ArrayList} for an object of the JDK. A test whose tasks share such things fails without it.
   */
  String[] guarded() default {};

  /** The one schedule to run: paste what a failure printed. */
  String replay() default "";
}
