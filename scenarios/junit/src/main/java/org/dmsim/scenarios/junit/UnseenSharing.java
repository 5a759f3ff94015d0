package org.dmsim.scenarios.junit;

import java.lang.StackWalker.Option;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dmsim.explore.Program;
import org.dmsim.machine.Access;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.DmsimFault;
import org.dmsim.scenarios.junit.TaskCode.Method;
import org.dmsim.scenarios.junit.TaskCode.Touched;
import org.dmsim.scenarios.junit.TaskCode.Use;
import org.dmsim.strategy.RoundRobin;

/**
 * Finds what a test's tasks share behind the machine's back. Its races would show in no schedule,
 * and the test would be green. One run tells which code the tasks are made of and which objects
 * they can come to; bytecode tells what that code does with them.
 */
final class UnseenSharing {

  private static final StackWalker WALKER = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

  private final Method test;
  private final Set<String> guarded;
  private final ClassLoader loader;
  private final Map<Task, Seen> tasks = new LinkedHashMap<>();

  /** What one task is made of. */
  private static final class Seen {
    final Set<Method> roots = new HashSet<>();
    boolean steps;
    List<Use> uses = List.of();
    Set<Object> reach = Set.of();
  }

  private UnseenSharing(Method test, Set<String> guarded, ClassLoader loader) {
    this.test = test;
    this.guarded = guarded;
    this.loader = loader;
  }

  /**
   * What is wrong with the tasks of a test, in words; empty if nothing is.
   *
   * @param test the test method
   * @param guarded fields that the test says a lock guards, as {@code Class.field}
   */
  static Optional<String> find(
      Program program,
      Configuration configuration,
      java.lang.reflect.Method test,
      Set<String> guarded) {
    Class<?> c = test.getDeclaringClass();
    String type = MethodType.methodType(void.class, test.getParameterTypes()).descriptorString();
    Method method = new Method(c.getName().replace('.', '/'), test.getName(), type);
    return new UnseenSharing(method, guarded, c.getClassLoader()).look(program, configuration);
  }

  private Optional<String> look(Program program, Configuration configuration) {
    Machine machine =
        new Machine(program.adapt(configuration).withPositions(false), new RoundRobin());
    machine.observe(
        new Observer() {
          @Override
          public void spawned(Task maker, Task t) {
            add(t);
          }

          @Override
          public void step(Task t, Shared object, Access access) {
            see(t);
          }
        });
    program.load(machine);
    for (int i = 0; i < machine.taskCount(); i++) {
      add(machine.task(i));
    }
    if (tasks.isEmpty()) {
      return Optional.of(
          "there are no tasks, and so nothing to explore: add them with machine.spawn(NAME, CODE)");
    }
    Optional<String> before = stopping();
    if (before.isPresent()) {
      return before;
    }
    try {
      machine.run();
    } catch (DmsimFault fault) {
      return Optional.empty(); // the search will come to it, and say more
    }
    return judge();
  }

  private void add(Task t) {
    boolean user = t.role() == Task.Role.USER || t.role() == Task.Role.KTHREAD;
    if (user && UserCode.is(t.body().getClass())) {
      tasks.computeIfAbsent(t, k -> new Seen());
    }
  }

  /** Notes the test's methods that the task is in. */
  private void see(Task t) {
    Seen seen = tasks.get(t);
    if (seen == null || t != Task.current()) {
      return;
    }
    seen.steps = true;
    WALKER.forEach(
        f -> {
          Class<?> c = f.getDeclaringClass();
          if (UserCode.is(c)) {
            seen.roots.add(
                new Method(c.getName().replace('.', '/'), f.getMethodName(), f.getDescriptor()));
          }
        });
  }

  /** What would stop the search is looked for before anything runs. */
  private Optional<String> stopping() {
    for (Map.Entry<Task, Seen> e : tasks.entrySet()) {
      Set<Method> roots = guessed(e.getKey());
      for (Use u : TaskCode.uses(roots, loader)) {
        if (u.touched() == Touched.STOPS && !guarded.contains(u.name())) {
          return Optional.of(
              "the tasks use "
                  + u.name()
                  + " ("
                  + u.place()
                  + "), which stops the one thread that all tasks share: "
                  + Instead.of(u.name()));
        }
      }
    }
    return Optional.empty();
  }

  /** A task's code, where no step of its has shown it: its class, or what the test makes of it. */
  private Set<Method> guessed(Task t) {
    Class<?> c = t.body().getClass();
    return c.isHidden()
        ? TaskCode.bodies(test, loader)
        : Set.of(new Method(c.getName().replace('.', '/'), "run", "()V"));
  }

  private Optional<String> judge() {
    if (tasks.values().stream().noneMatch(s -> s.steps)) {
      return Optional.of(
          "these tasks touch nothing that is modelled, so no schedule differs from another: "
              + "share SharedInt, RcuPointer, Mutex and the like between them");
    }
    Set<Method> known = new HashSet<>();
    tasks.values().forEach(s -> known.addAll(s.roots));
    tasks.forEach(
        (t, s) -> {
          Set<Method> roots = new HashSet<>(s.roots);
          if (roots.isEmpty()) {
            roots.addAll(guessed(t));
            roots.removeAll(known);
          }
          s.uses = TaskCode.uses(roots, loader);
          s.reach = Reach.of(t.body());
        });
    List<Map.Entry<Task, Seen>> all = new ArrayList<>(tasks.entrySet());
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < all.size(); j++) {
        Optional<String> found = between(all.get(i), all.get(j));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> between(Map.Entry<Task, Seen> a, Map.Entry<Task, Seen> b) {
    Set<Object> common = Collections.newSetFromMap(new IdentityHashMap<>());
    common.addAll(a.getValue().reach);
    common.removeIf(o -> !b.getValue().reach.contains(o));
    for (Use one : a.getValue().uses) {
      for (Use other : b.getValue().uses) {
        if (conflict(one, other, common)) {
          return Optional.of(words(a.getKey(), one, b.getKey(), other));
        }
      }
    }
    return Optional.empty();
  }

  private boolean conflict(Use one, Use other, Set<Object> common) {
    if (one.touched() != other.touched()
        || !(one.write() || other.write())
        || one.touched() == Touched.STOPS
        || guarded.contains(name(one))) {
      return false;
    }
    return switch (one.touched()) {
      case STATIC -> one.owner().equals(other.owner()) && one.name().equals(other.name());
      case FIELD ->
          one.owner().equals(other.owner())
              && one.name().equals(other.name())
              && common.stream().anyMatch(o -> isA(o, one.owner()));
      case ARRAY ->
          one.name().equals(other.name())
              && common.stream().anyMatch(o -> isArrayOf(o, one.name()));
      default ->
          common.stream()
              .anyMatch(
                  o ->
                      o.getClass().getName().startsWith("java.")
                          && isA(o, one.owner())
                          && isA(o, other.owner()));
    };
  }

  private boolean isA(Object o, String owner) {
    Class<?> c = UserCode.find(owner, loader);
    return c != null && c.isInstance(o);
  }

  private static boolean isArrayOf(Object o, String kind) {
    Class<?> element = o.getClass().getComponentType();
    if (element == null) {
      return false;
    }
    return switch (kind) {
      case "REFERENCE" -> !element.isPrimitive();
      case "BYTE", "BOOLEAN" -> element == byte.class || element == boolean.class;
      default -> element.isPrimitive() && element.getName().equalsIgnoreCase(kind);
    };
  }

  private static String name(Use u) {
    String owner = u.owner().replaceFirst(".*[/$]", "");
    return switch (u.touched()) {
      case ARRAY ->
          u.name().equals("REFERENCE") ? "Object[]" : u.name().toLowerCase(Locale.ROOT) + "[]";
      case OBJECT -> owner;
      default -> owner + "." + u.name();
    };
  }

  private static String words(Task a, Use one, Task b, Use other) {
    Use write = one.write() ? one : other;
    Task writer = one.write() ? a : b;
    Task second = writer == a ? b : a;
    Use use = write == one ? other : one;
    String what =
        switch (write.touched()) {
          case ARRAY -> "elements of a shared " + name(write);
          case OBJECT -> "a shared " + name(write);
          default -> name(write);
        };
    return writer.name()
        + " writes "
        + what
        + " ("
        + write.place()
        + ") and "
        + second.name()
        + (use.write() ? " writes" : " reads")
        + " it ("
        + use.place()
        + "), which the machine does not see: no schedule would show a race. Make it a cell of the"
        + " model (SharedInt, SharedLong, SharedRef, RcuPointer) or, where a lock of the model"
        + " guards it, say so: @Explore(guarded = \""
        + name(write)
        + "\")";
  }
}
