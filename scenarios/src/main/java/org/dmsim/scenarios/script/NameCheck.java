package org.dmsim.scenarios.script;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Holds every device that a script names against those that the script makes. */
final class NameCheck {

  private final Script script;
  private final Set<String> disks = new LinkedHashSet<>();
  private final Set<String> mapped = new LinkedHashSet<>();

  NameCheck(Script script) {
    this.script = script;
  }

  void check() {
    if (script.disks().isEmpty()) {
      for (int i = 0; i < 8; i++) {
        disks.add("ram" + i);
      }
      disks.addAll(List.of("nullb0", "nullb1"));
    }
    script.disks().forEach(d -> disks.add(d.name()));
    List<Step> steps = script.steps();
    for (Step s : steps) {
      switch (s.verb()) {
        case CREATE -> mapped.add(s.arg(0));
        case RENAME -> mapped.add(s.arg(1));
        default -> {}
      }
    }
    steps.forEach(this::check);
  }

  private void check(Step step) {
    if (step.mayFail() || (step.expected() != null && step.expected().startsWith("E"))) {
      return; // the script wants to see what the kernel says to it
    }
    if (step.inner() != null) {
      check(step.inner());
    }
    List<Param> params = step.verb().params();
    for (int i = 0; i < params.size(); i++) {
      Param.Form form = params.get(i).form();
      boolean device = form == Param.Form.DEVICE;
      if (form != Param.Form.NAME && !device) {
        continue;
      }
      if (DeviceForms.isNumbered(step.arg(i))) {
        continue; // whether it is there is known when its turn comes
      }
      String name = DeviceForms.bare(step.arg(i));
      List<String> known = new ArrayList<>(mapped);
      if (device || step.verb() == Verb.OPEN || step.verb() == Verb.CLOSE) {
        known.addAll(disks);
      }
      if (!known.contains(name)) {
        throw new ScriptError(
            step.places().get(i),
            step.verb().word()
                + ": no device '"
                + name
                + "' in this script"
                + Similar.hint(
                    name,
                    known,
                    known.isEmpty()
                        ? "; create it first: create " + name
                        : "; there are " + String.join(", ", known)));
      }
    }
  }
}
