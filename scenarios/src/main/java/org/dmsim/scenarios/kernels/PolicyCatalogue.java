package org.dmsim.scenarios.kernels;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.dmsim.block.BlockPolicy;
import org.dmsim.dm.device.DmPolicy;
import org.dmsim.dm.ioctl.IoctlPolicy;
import org.dmsim.dm.table.TablePolicy;
import org.dmsim.dm.targets.TargetPolicy;
import org.dmsim.dm.targets.snapshot.SnapshotPolicy;
import org.dmsim.futex.FutexPolicy;
import org.dmsim.lockdep.LockdepPolicy;
import org.dmsim.splat.ReportPolicy;
import org.dmsim.srcu.SrcuPolicy;
import org.dmsim.version.KernelVersion;
import org.dmsim.version.Policy;
import org.dmsim.workqueue.WorkqueuePolicy;

/**
 * Everything that differs between kernels: the enums of policies, each of which lies with what it
 * changes. A policy more needs no line here, an enum more needs one.
 */
public final class PolicyCatalogue {

  private PolicyCatalogue() {}

  private static Stream<Policy[]> enums() {
    return Stream.of(
        DmPolicy.values(),
        TablePolicy.values(),
        IoctlPolicy.values(),
        TargetPolicy.values(),
        SnapshotPolicy.values(),
        BlockPolicy.values(),
        SrcuPolicy.values(),
        WorkqueuePolicy.values(),
        LockdepPolicy.values(),
        ReportPolicy.values(),
        FutexPolicy.values());
  }

  /** All policies, by part. */
  public static List<Policy> all() {
    return enums()
        .flatMap(Arrays::stream)
        .sorted(Comparator.comparing(p -> p.fact().part()))
        .toList();
  }

  /** The policy of that name. */
  public static Optional<Policy> find(String id) {
    return all().stream().filter(p -> p.id().equals(id)).findFirst();
  }

  /** The names of all. */
  public static List<String> ids() {
    return all().stream().map(Policy::id).toList();
  }

  /** Those that one of two kernels has and the other has not. */
  public static List<Policy> between(KernelVersion one, KernelVersion other) {
    return all().stream().filter(p -> p.fact().isIn(one) != p.fact().isIn(other)).toList();
  }
}
