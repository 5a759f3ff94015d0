package org.dmsim.scenarios.run;

import java.util.List;
import org.dmsim.scenarios.script.Step;

/** Answers commands on one machine, in the words of the recorded cases. */
public interface Commands {

  /**
   * Makes one command in the current task; {@code bg}, {@code poll}, {@code join} and the commands
   * of the run itself are not asked here.
   *
   * @return the lines of its answer, at least one
   */
  List<String> answer(Step step);

  /** The devices that there are, for who has named one that is not. */
  List<String> devices();
}
