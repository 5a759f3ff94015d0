package org.dmsim.litmus;

import java.util.List;
import java.util.stream.Collectors;
import org.dmsim.litmus.lang.LitmusError;
import org.dmsim.litmus.lang.LitmusParser;
import org.dmsim.litmus.lang.LitmusTest;
import org.dmsim.litmus.lkmm.Flag;
import org.dmsim.litmus.lkmm.ModelVersion;

/** Litmus tests in short: threads separated by lines of dashes, each gets every variable. */
final class Litmus {
  private static final String PARAMETERS =
      "int *x, int *y, int *z, int *w, int **p, spinlock_t *l, struct srcu_struct *ss";

  private Litmus() {}

  static LitmusTest test(String threads, String condition) throws LitmusError {
    return test("", threads, condition);
  }

  static LitmusTest test(String initial, String threads, String condition) throws LitmusError {
    StringBuilder text = new StringBuilder("C short\n{" + initial + "}\n");
    int number = 0;
    for (String thread : threads.split("\n-+\n")) {
      text.append("P" + number++ + "(" + PARAMETERS + ")\n{\n" + thread + "\n}\n");
    }
    return LitmusParser.parse(text + condition + "\n");
  }

  /** "Never", "Sometimes" or "Always", with what is flagged behind. */
  static String judged(LitmusTest test) throws LitmusError {
    return judged(test, ModelVersion.NEWEST);
  }

  static String judged(LitmusTest test, ModelVersion version) throws LitmusError {
    return shown(new LitmusJudge(version).judge(test));
  }

  static String counted(LitmusTest test) throws LitmusError {
    Verdict verdict = new LitmusJudge(ModelVersion.NEWEST).count(test);
    return verdict.counts().positive() + " " + verdict.counts().negative();
  }

  static List<String> states(LitmusTest test) throws LitmusError {
    return new LitmusJudge(ModelVersion.NEWEST).count(test).counts().states();
  }

  static String shown(Verdict verdict) {
    return verdict.observation().text()
        + verdict.flags().stream().map(Flag::text).map(" "::concat).collect(Collectors.joining());
  }
}
