package org.dmsim.scenarios.junit;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Finding;
import org.dmsim.explore.Program;
import org.dmsim.explore.Result;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Oops;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.report.DmsimFault;
import org.dmsim.report.Report;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.explore.ReplayToken;
import org.dmsim.scenarios.explore.Search;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.strategy.Replay;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.AssertionFailedError;

/** Runs the method of an {@link Explore} test as a program of the explorer. */
final class ExploreExtension implements InvocationInterceptor, ParameterResolver {

  private static final Configuration.Coroutines COROUTINES = Configuration.Coroutines.AUTOMATIC;

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Machine.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // JUnit wants one argument; the explorer makes a machine for each of its runs.
    return new Machine(Configuration.standard(), new RoundRobin());
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> once, ReflectiveInvocationContext<Method> method, ExtensionContext context) {
    once.skip();
    Explore asked = method.getExecutable().getAnnotation(Explore.class);
    Method test = method.getExecutable();
    if (asked.script().isEmpty()) {
      Programs.Named program = body(method);
      if (asked.replay().isEmpty()) {
        refuseUnseen(asked, program, test);
      }
      explore(asked, program);
    } else {
      explore(asked, named(asked.script(), test.getDeclaringClass()));
    }
  }

  /** What tasks share behind the machine's back makes a test green that is not. */
  private static void refuseUnseen(Explore asked, Programs.Named program, Method test) {
    Configuration c = search(asked, program).configuration(program, COROUTINES);
    UnseenSharing.find(program.program(), c, test, Set.of(asked.guarded()))
        .ifPresent(
            wrong -> {
              throw new AssertionFailedError("@Explore on " + test.getName() + ": " + wrong);
            });
  }

  /** Searches, or makes one run again; returns if the test passes. */
  static void explore(Explore asked, Programs.Named program) {
    try {
      searchOrReplay(asked, program);
    } catch (ScriptError wrong) {
      throw new AssertionFailedError("@Explore: " + wrong.getMessage(), wrong);
    } catch (DmsimFault fault) {
      if (fault.getCause() instanceof ScriptError wrong) {
        throw new AssertionFailedError("@Explore: " + wrong.getMessage(), wrong);
      }
      throw fault;
    }
  }

  private static void searchOrReplay(Explore asked, Programs.Named program) {
    if (asked.replay().isEmpty()) {
      Search search = search(asked, program);
      judge(asked, search, search.explorer(program, COROUTINES).explore());
    } else {
      replay(asked, program);
    }
  }

  // ---- what is asked ---------------------------------------------------------------------------

  private static Programs.Named body(ReflectiveInvocationContext<Method> method) {
    Method body = method.getExecutable();
    if (body.getParameterCount() != 1) {
      throw new ExtensionConfigurationException(
          "@Explore on " + body.getName() + ": the method takes one Machine, or names a script");
    }
    Object test = method.getTarget().orElse(null);
    body.setAccessible(true);
    Program program =
        machine -> {
          try {
            body.invoke(test, machine);
          } catch (InvocationTargetException e) {
            throw inTest(e.getCause(), machine);
          } catch (IllegalAccessException e) {
            throw new DmsimFault("the test method cannot be called", e);
          }
        };
    String name = body.getDeclaringClass().getSimpleName() + "." + body.getName();
    return new Programs.Named(name, program, Configuration.standard(), false, "", "", "");
  }

  /** What the test method itself threw, before a run began, is what the test fails with. */
  private static RuntimeException inTest(Throwable thrown, Machine machine) {
    switch (thrown) {
      case Oops killed ->
          throw new AssertionFailedError(
              "VIOLATION  before a task began: " + machine.reports().getLast().text(), killed);
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new ExtensionConfigurationException("@Explore: " + thrown, thrown);
    }
  }

  static Programs.Named named(String script, Class<?> test) {
    try (InputStream in = script.endsWith(".dm") ? test.getResourceAsStream(script) : null) {
      if (in != null) {
        return Programs.script(script, new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
      return Programs.find(script)
          .orElseThrow(
              () -> new ExtensionConfigurationException("@Explore: no scenario named " + script));
    } catch (IOException | IllegalArgumentException | ScriptError e) {
      throw new ExtensionConfigurationException("@Explore: " + e.getMessage(), e);
    }
  }

  private static Search search(Explore asked, Programs.Named program) {
    Configuration c = program.configuration();
    try {
      c = asked.kernel().isEmpty() ? c : c.withKernel(KernelVersion.parse(asked.kernel()));
      c = asked.preempt().length == 0 ? c : c.withPreemption(only(asked.preempt()));
      c = asked.cpus() > 0 ? c.withCpus(asked.cpus()) : program.withEnoughCpus(c);
      Bounds bounds =
          new Bounds(asked.strategy(), asked.preemptions(), asked.maxSchedules(), asked.seed());
      return Search.of(program, c, bounds);
    } catch (IllegalArgumentException e) {
      throw new ExtensionConfigurationException("@Explore: " + e.getMessage(), e);
    }
  }

  private static PreemptionModel only(PreemptionModel[] models) {
    if (models.length > 1) {
      throw new IllegalArgumentException(
          "preempt names " + models.length + " models; write one test for each");
    }
    return models[0];
  }

  // ---- what came of it -------------------------------------------------------------------------

  private static void replay(Explore asked, Programs.Named program) {
    Finding run;
    try {
      ReplayToken token = ReplayToken.parse(asked.replay());
      Search by = token.by().orElseGet(() -> search(asked, program));
      if (!asked.script().isEmpty() && !by.name().equals(program.name())) {
        throw new IllegalArgumentException(
            "the token is of " + by.name() + ", and the test is " + program.name());
      }
      run = by.explorer(program, COROUTINES).replay(token.schedule(), token.cycle());
    } catch (IllegalArgumentException e) {
      throw new ExtensionConfigurationException("@Explore(replay): " + e.getMessage(), e);
    } catch (Replay.Diverged e) {
      throw new ExtensionConfigurationException(
          "@Explore(replay): "
              + e.getMessage()
              + "; the test, or dmsim, has changed since: take replay out, and search anew",
          e);
    }
    if (!run.outcome().isClean()) {
      throw failure(run, asked.replay());
    }
  }

  private static void judge(Explore asked, Search search, Result result) {
    switch (result.end()) {
      case VIOLATION -> {
        Finding f = result.finding().orElseThrow();
        throw failure(f, ReplayToken.of(search, f).toString());
      }
      case BROKEN ->
          throw new DmsimFault(
              "BROKEN: the test does not do the same each time: "
                  + result.divergence().map(Object::toString).orElse("dmsim is at fault"));
      case EXHAUSTED -> {
        // every schedule, nothing found
      }
      default -> {
        if (!asked.boundedIsEnough()) {
          throw new AssertionFailedError(
              "BOUND-REACHED  "
                  + result.bound()
                  + ", "
                  + result.explored()
                  + " schedules seen, nothing found. That is no proof: raise the bound, or say"
                  + " boundedIsEnough = true");
        }
      }
    }
    if (asked.schedules() >= 0 && asked.schedules() != result.explored()) {
      throw new AssertionFailedError(
          "the test has another number of schedules than it says: expected "
              + asked.schedules()
              + ", seen "
              + result.explored(),
          asked.schedules(),
          result.explored());
    }
  }

  private static AssertionFailedError failure(Finding f, String token) {
    StringBuilder s = new StringBuilder("VIOLATION  ").append(f.headline()).append("\n\n");
    f.columns().forEach(line -> s.append(line).append('\n'));
    for (Report r : f.reports()) {
      s.append('\n').append(r.text());
    }
    s.append("\nsee it again: @Explore(replay = \"").append(token).append("\")");
    return new AssertionFailedError(s.toString());
  }
}
