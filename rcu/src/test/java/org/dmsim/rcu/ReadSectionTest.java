package org.dmsim.rcu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every read section is closed once; pointers are followed inside one. */
class ReadSectionTest {

  private static Outcome run(PreemptionModel model, Runnable body) {
    Machine m =
        new Machine(
            Configuration.standard().on(KernelVersion.RECORDED_6_12, model), new RoundRobin());
    m.spawnKthread("probe", body);
    return m.run();
  }

  private static List<String> sections(Outcome o) {
    return o.reports().stream()
        .filter(r -> r.check() == Check.READ_SECTION)
        .map(Report::headline)
        .toList();
  }

  @ParameterizedTest
  @EnumSource(PreemptionModel.class)
  void aTaskThatEndsInside_isReported_andHoldsNobodyUp(PreemptionModel model) {
    Machine m =
        new Machine(
            Configuration.standard().on(KernelVersion.RECORDED_6_12, model), new RoundRobin());
    m.spawnKthread("leaker", Rcu::readLock);
    m.spawnKthread("updater", Rcu::synchronize);
    Outcome o = m.run();
    assertEquals(Outcome.End.FINISHED, o.end());
    assertEquals(List.of("read section: leaker/55 ends inside an RCU read section"), sections(o));
  }

  @ParameterizedTest
  @EnumSource(PreemptionModel.class)
  void anUnlockTooMany_isReported(PreemptionModel model) {
    Outcome o =
        run(
            model,
            () -> {
              Rcu.readLock();
              Rcu.readUnlock();
              Rcu.readUnlock();
            });
    assertEquals(
        List.of("read section: rcu_read_unlock() by probe/55 closes what is not open"),
        sections(o));
  }

  @ParameterizedTest
  @EnumSource(PreemptionModel.class)
  void nestedAndBalanced_isClean(PreemptionModel model) {
    Outcome o =
        run(
            model,
            () -> {
              Rcu.readLock();
              Rcu.readLockBh();
              Rcu.readLockSched();
              Rcu.readUnlockSched();
              Rcu.readUnlockBh();
              Rcu.readUnlock();
            });
    assertTrue(o.isClean());
  }

  @Test
  void dereference_outsideAReader_isSuspicious() {
    Outcome o = run(PreemptionModel.FULL, () -> new RcuPointer<String>("gp").dereference());
    Report r = o.reports().get(0);
    assertEquals(Check.SUSPICIOUS_RCU, r.check());
    assertTrue(r.headline().endsWith(" suspicious rcu_dereference_check() usage!"), r.headline());
  }

  @Test
  void dereferenceProtected_withoutProtection_isSuspicious() {
    Outcome o =
        run(
            PreemptionModel.FULL,
            () -> {
              RcuPointer<String> p = new RcuPointer<>("gp");
              p.dereferenceProtected(() -> true);
              p.dereferenceProtected(() -> false);
            });
    assertEquals(1, o.reports().size());
    assertTrue(
        o.reports().get(0).headline().endsWith(" suspicious rcu_dereference_protected() usage!"));
  }
}
