package org.dmsim.scenarios.junit;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Finding;
import org.dmsim.explore.Program;
import org.dmsim.explore.Result;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.report.DmsimFault;
import org.dmsim.report.Report;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.explore.ReplayToken;
import org.dmsim.scenarios.explore.Search;
import org.dmsim.scenarios.script.ScriptError;
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
    Program program = program(asked, method);
    Configuration configuration = configuration(asked, program);
    Search search =
        new Search(
            name(asked, method.getExecutable()),
            configuration.kernel(),
            configuration.preemption(),
            configuration.cpus(),
            bounds(asked));
    if (!asked.replay().isEmpty()) {
      replay(asked, search, program, configuration);
      return;
    }
    judge(asked, search, new Explorer(program, configuration, search.bounds()).explore());
  }

  // ---- what is asked ---------------------------------------------------------------------------

  private static Program program(Explore asked, ReflectiveInvocationContext<Method> method) {
    Method body = method.getExecutable();
    if (!asked.script().isEmpty()) {
      return named(asked.script());
    }
    if (body.getParameterCount() != 1) {
      throw new ExtensionConfigurationException(
          "@Explore on " + body.getName() + ": the method takes one Machine, or names a script");
    }
    Object test = method.getTarget().orElse(null);
    body.setAccessible(true);
    return machine -> {
      try {
        body.invoke(test, machine);
      } catch (InvocationTargetException e) {
        throw new DmsimFault("the test method failed while it set up a machine", e.getCause());
      } catch (IllegalAccessException e) {
        throw new DmsimFault("the test method cannot be called", e);
      }
    };
  }

  /** What a token calls the test: the script, or the method. */
  private static String name(Explore asked, Method body) {
    return asked.script().isEmpty()
        ? body.getDeclaringClass().getSimpleName() + "." + body.getName()
        : asked.script();
  }

  private static Program named(String script) {
    try {
      return Programs.find(script)
          .orElseThrow(
              () -> new ExtensionConfigurationException("@Explore: no scenario named " + script))
          .program();
    } catch (IOException | IllegalArgumentException | ScriptError e) {
      throw new ExtensionConfigurationException("@Explore: " + e.getMessage(), e);
    }
  }

  private static Configuration configuration(Explore asked, Program program) {
    Configuration c = Configuration.standard().withPreemption(asked.preempt());
    try {
      c = asked.kernel().isEmpty() ? c : c.withKernel(KernelVersion.parse(asked.kernel()));
      return c.withCpus(asked.cpus() > 0 ? asked.cpus() : Explorer.cpusFor(program, c));
    } catch (IllegalArgumentException e) {
      throw new ExtensionConfigurationException("@Explore: " + e.getMessage(), e);
    }
  }

  private static Bounds bounds(Explore asked) {
    try {
      return new Bounds(asked.strategy(), asked.preemptions(), asked.maxSchedules(), asked.seed());
    } catch (IllegalArgumentException e) {
      throw new ExtensionConfigurationException("@Explore: " + e.getMessage(), e);
    }
  }

  // ---- what came of it -------------------------------------------------------------------------

  private static void replay(
      Explore asked, Search search, Program program, Configuration configuration) {
    Finding run;
    try {
      ReplayToken token = ReplayToken.parse(asked.replay());
      Search by = token.by().orElse(search);
      Configuration c =
          configuration.withKernel(by.kernel()).withPreemption(by.preemption()).withCpus(by.cpus());
      run = new Explorer(program, c, Bounds.EXHAUSTIVE).replay(token.schedule(), token.cycle());
    } catch (IllegalArgumentException e) {
      throw new ExtensionConfigurationException("@Explore(replay): " + e.getMessage(), e);
    }
    if (!run.outcome().isClean()) {
      throw failure(run, asked.replay());
    }
  }

  private static void judge(Explore asked, Search search, Result result) {
    switch (result.ending()) {
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
