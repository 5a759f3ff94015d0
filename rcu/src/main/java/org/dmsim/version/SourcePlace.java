package org.dmsim.version;

import java.util.Map;
import java.util.TreeMap;

/**
 * A place in the kernel's source that a report names: the file, and the line where it is known. The
 * line is a fact of one version; where it was not looked up, a report names the file alone.
 */
public final class SourcePlace {

  private final String file;
  private final Map<KernelVersion, Integer> lines;

  private SourcePlace(String file, Map<KernelVersion, Integer> lines) {
    this.file = file;
    this.lines = lines;
  }

  /** A file, as the kernel names it: {@code kernel/locking/mutex.c}. */
  public static SourcePlace of(String file) {
    return new SourcePlace(file, Map.of());
  }

  /** A place in {@link KernelVersion#RECORDED}. */
  public static SourcePlace of(String file, int line) {
    return of(file).at(KernelVersion.RECORDED, line);
  }

  /** A place in both kernels whose answers were recorded: 6.1.192 and 6.12.117. */
  public static SourcePlace of(String file, int line, int lineIn612) {
    return of(file, line).at(KernelVersion.RECORDED_6_12, lineIn612);
  }

  /** As this, with the line in one version. */
  public SourcePlace at(KernelVersion version, int line) {
    Map<KernelVersion, Integer> more = new TreeMap<>(lines);
    more.put(version, line);
    return new SourcePlace(file, Map.copyOf(more));
  }

  /** As a report on {@code version} prints it. */
  public String in(KernelVersion version) {
    Integer line = lines.get(version);
    return line == null ? file : file + ":" + line;
  }

  @Override
  public String toString() {
    return file;
  }
}
