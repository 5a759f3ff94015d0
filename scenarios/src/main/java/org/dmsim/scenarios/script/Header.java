package org.dmsim.scenarios.script;

import java.util.List;
import java.util.Map;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.version.KernelVersion;
import org.dmsim.version.Policy;

/**
 * What a script says about the machine before its first command.
 *
 * @param kernel null for the newest that is modelled
 * @param otherwise policies in which it behaves otherwise than that kernel
 * @param preemption null for full
 * @param cpus 0 for two
 * @param seed of a random schedule; null where the machine's own order is meant
 * @param clock when virtual time passes; null for when nothing else can happen
 * @param checks whether the kernel's debug checks of sleeping and of locks are on
 * @param prefer names of tasks that go on before others wherever there is a choice, first first
 * @param parameters module parameters by name
 */
public record Header(
    KernelVersion kernel,
    Map<Policy, Boolean> otherwise,
    PreemptionModel preemption,
    int cpus,
    Long seed,
    Configuration.ClockMode clock,
    boolean checks,
    List<String> prefer,
    Map<String, Long> parameters) {

  /** A script that says nothing. */
  public static final Header NONE =
      new Header(null, Map.of(), null, 0, null, null, true, List.of(), Map.of());

  /** Copies the list and the maps. */
  public Header {
    otherwise = Map.copyOf(otherwise);
    prefer = List.copyOf(prefer);
    parameters = Map.copyOf(parameters);
  }

  /** As this, on a kernel of that version with these policies otherwise. */
  public Header on(KernelVersion version, Map<Policy, Boolean> with) {
    return new Header(version, with, preemption, cpus, seed, clock, checks, prefer, parameters);
  }

  /** The machine that the script asks for. */
  public Configuration configuration() {
    Configuration c = Configuration.standard().withChecks(checks);
    c = c.withOtherwise(otherwise);
    c = c.on(kernel, preemption);
    c = cpus == 0 ? c : c.withCpus(cpus);
    return clock == null ? c : c.withClock(clock);
  }
}
