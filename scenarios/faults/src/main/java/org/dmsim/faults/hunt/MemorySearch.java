package org.dmsim.faults.hunt;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Program;
import org.dmsim.explore.Result;
import org.dmsim.faults.MemoryFault;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.MemoryModel;

/**
 * A fault of memory order, and what a search of every schedule said under each memory model.
 *
 * @param fault the fault
 * @param results by model
 */
public record MemorySearch(MemoryFault fault, Map<MemoryModel, Result> results) {

  /** Looks for it under every model. */
  public static MemorySearch of(MemoryFault fault) {
    Map<MemoryModel, Result> results = new EnumMap<>(MemoryModel.class);
    for (MemoryModel m : MemoryModel.values()) {
      results.put(m, search(fault, m));
    }
    return new MemorySearch(fault, results);
  }

  /** Looks for it under one. */
  public static Result search(MemoryFault fault, MemoryModel memory) {
    Program program = fault.program()::accept;
    Configuration c =
        Configuration.standard()
            .withMaxSteps(FaultHunt.MAX_STEPS)
            .withPreemption(fault.preemption())
            .withWorks(Configuration.Works.FOREIGN)
            .withMemory(memory);
    c = c.withCpus(Explorer.cpusFor(program, c));
    return new Explorer(program, c, Bounds.EXHAUSTIVE.withMaxSchedules(FaultSearch.MAX_SCHEDULES))
        .explore();
  }

  /** The strongest model under which it was found. */
  public Optional<MemoryModel> foundBy() {
    return results.entrySet().stream()
        .filter(e -> e.getValue().end() == Result.End.VIOLATION)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Whether it was found where it shows, and every schedule was seen where it does not. */
  public boolean isPassed() {
    return results.entrySet().stream()
        .allMatch(
            e ->
                e.getValue().end()
                    == (fault.shows(e.getKey()) ? Result.End.VIOLATION : Result.End.EXHAUSTED));
  }

  /**
   * In a few characters: the strongest model that shows it and the number of the schedule that does
   * so; or a dash and how many schedules there are under the weakest, all of them seen.
   */
  public String cell() {
    Optional<MemoryModel> by = foundBy();
    Result r = results.get(by.orElse(MemoryModel.PSO));
    String all = r.end() == Result.End.EXHAUSTED || by.isPresent() ? "" : "not all of ";
    String cell = by.map(MemoryModel::toString).orElse("-") + " " + all + r.explored();
    return isPassed() ? cell : cell + " WRONG";
  }
}
