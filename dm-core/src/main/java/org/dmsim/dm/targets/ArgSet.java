package org.dmsim.dm.targets;

/** Parameters of a table line, taken one after another: {@code struct dm_arg_set}. */
public final class ArgSet {

  private final String[] argv;
  private int next;

  /** All of {@code argv}. */
  public ArgSet(String[] argv) {
    this.argv = argv;
  }

  /** How many are left. */
  public int left() {
    return argv.length - next;
  }

  /** Takes the next one, or null if none is left; {@code dm_shift_arg}. */
  public String shift() {
    return next < argv.length ? argv[next++] : null;
  }

  /** Passes over {@code n} of them; {@code dm_consume_args}. */
  public void consume(int n) {
    next += n;
  }

  /**
   * Takes the next one as a number; {@code dm_read_arg}.
   *
   * @param min smallest value allowed, unsigned
   * @param max largest value allowed, unsigned
   * @param error what to say if it is no such number
   * @throws TargetError EINVAL with {@code error}
   */
  public int read(int min, int max, String error) throws TargetError {
    String arg = shift();
    if (arg == null || !Scan.isUnsigned(arg)) {
      throw new TargetError(DmTarget.EINVAL, error);
    }
    int value = (int) Scan.unsigned(arg);
    if (Integer.compareUnsigned(value, min) < 0 || Integer.compareUnsigned(value, max) > 0) {
      throw new TargetError(DmTarget.EINVAL, error);
    }
    return value;
  }

  /** As {@link #read}, for a count of parameters that must be there; {@code dm_read_arg_group}. */
  public int readGroup(int min, int max, String error) throws TargetError {
    int value = read(min, max, error);
    if (Integer.compareUnsigned(left(), value) < 0) {
      throw new TargetError(DmTarget.EINVAL, error);
    }
    return value;
  }
}
