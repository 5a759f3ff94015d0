package org.dmsim.srcu;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;
import org.dmsim.machine.SwitchHook;
import org.dmsim.machine.Task;
import org.dmsim.rcu.OpenSections;

/** The domains of a machine, for the checks when a task ends and when the run does. */
final class SrcuDomains implements SwitchHook {

  private static final MachineKey<SrcuDomains> KEY = new MachineKey<>("srcu", SrcuDomains::new);

  private final List<OpenSections> domains = new ArrayList<>();

  private SrcuDomains(Machine machine) {
    machine.addHook(this);
    machine.atEnd(() -> domains.forEach(d -> d.runEnds(Task.current())));
  }

  static SrcuDomains of(Machine machine) {
    return machine.part(KEY);
  }

  void add(OpenSections domain) {
    domains.add(domain);
  }

  void remove(OpenSections domain) {
    domains.remove(domain);
  }

  @Override
  public void exit(Task task) {
    for (int i = 0; i < domains.size(); i++) {
      domains.get(i).taskEnds(task);
    }
  }
}
