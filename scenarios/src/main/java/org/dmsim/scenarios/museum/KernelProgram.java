package org.dmsim.scenarios.museum;

import java.util.Map;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.device.MappedDevice;
import org.dmsim.explore.Program;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.scenarios.run.ScriptProgram;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.version.KernelVersion;

/**
 * A bug of a kernel whose way in no script can take: a few calls of the modelled device mapper, run
 * on a kernel that had the bug, and on one that has the fix.
 */
abstract class KernelProgram implements Exhibit {

  private final Plaque plaque;
  private final KernelVersion broken;
  private final KernelVersion fixed;

  /**
   * A bug with the kernels that show it.
   *
   * @param broken one that had it
   * @param fixed the first that has the fix
   */
  KernelProgram(Plaque plaque, String broken, String fixed) {
    this.plaque = plaque;
    this.broken = KernelVersion.parse(broken);
    this.fixed = KernelVersion.parse(fixed);
  }

  @Override
  public abstract String why();

  /** The commands that are made before, as a script without tasks. */
  abstract String setUp();

  /** Adds the tasks; scripts no order among them. */
  abstract void stage(Machine machine, MappedDevice md);

  @Override
  public final Plaque plaque() {
    return plaque;
  }

  @Override
  public final Program program(boolean withFix) {
    return new Program() {
      @Override
      public Configuration adapt(Configuration c) {
        return c.withWorks(Configuration.Works.FOREIGN);
      }

      @Override
      public void load(Machine machine) {
        ScriptProgram.setUp(machine, ScriptParser.parse(plaque.name(), setUp()));
        MappedDevice[] md = new MappedDevice[1];
        machine.boot(
            () -> {
              md[0] = DmCore.of(machine).getMd(0);
              md[0].put();
            });
        stage(machine, md[0]);
      }
    };
  }

  @Override
  public final Configuration configuration(boolean withFix) {
    return Configuration.standard()
        .withKernel(withFix ? fixed : broken)
        .withOtherwise(Map.of())
        .withMaxSteps(ScriptProgram.MAX_STEPS);
  }

  @Override
  public final String symptom() {
    return plaque.symptom();
  }
}
