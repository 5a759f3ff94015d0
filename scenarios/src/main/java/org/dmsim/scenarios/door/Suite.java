package org.dmsim.scenarios.door;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A test suite of others that runs behind the door, a script and a machine at a time. */
public interface Suite {

  /** What a script came to. */
  enum End {
    /** It ended well. */
    PASS,
    /** It says itself that something is missing for it. */
    SKIP,
    /** It found something wrong, or did not come to its end. */
    FAIL
  }

  /** Its name, as the command knows it. */
  String name();

  /** All its scripts, in order. */
  List<String> scripts();

  /** The machine that a script runs on, as a script of dmsim's. */
  String machine(String script);

  /** Where a script runs. */
  Path folder();

  /** What starts a script. */
  List<String> command(String script);

  /** What a script finds in its environment, beside what is there. */
  Map<String, String> environment();

  /**
   * What a script came to.
   *
   * @param status the script's
   * @param log what it printed
   */
  End outcome(int status, String log);
}
