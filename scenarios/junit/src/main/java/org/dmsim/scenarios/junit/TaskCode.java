package org.dmsim.scenarios.junit;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a task's code does that the machine cannot see, as its bytecode says: plain fields, elements
 * of arrays, the JDK's own shared objects, monitors and threads. Calls are followed into the test's
 * own code, not into the JDK, nor into dmsim.
 */
final class TaskCode {

  /** What is used without the machine's knowing. */
  enum Touched {
    /** A field that is not final; {@code owner} is its class, {@code name} its name. */
    FIELD,
    /** A static field that is not final. */
    STATIC,
    /** An element of an array; {@code name} is the element's type, as in a descriptor. */
    ARRAY,
    /** A method of a shared object of the JDK; {@code owner} is its class. */
    OBJECT,
    /** What stops the thread that all tasks share. */
    STOPS
  }

  /**
   * One use.
   *
   * @param write whether it changes what it uses
   * @param place source file and line
   */
  record Use(Touched touched, String owner, String name, boolean write, String place) {}

  /** A method, by names as in a class file. */
  record Method(String owner, String name, String descriptor) {}

  private static final String MACHINE = "org/dmsim/machine/Machine";

  private static final Set<String> CHANGES =
      Set.of(
          "add addAll addFirst addLast clear put putAll putIfAbsent remove removeAll removeIf"
              .concat(" removeFirst removeLast retainAll replaceAll offer poll pop push set sort")
              .concat(" compute computeIfAbsent computeIfPresent merge getAndSet getAndIncrement")
              .concat(" getAndDecrement getAndAdd incrementAndGet decrementAndGet addAndGet")
              .concat(" compareAndSet updateAndGet getAndUpdate accumulateAndGet lazySet")
              .concat(" increment decrement accumulate append insert")
              .split(" "));

  private final ClassLoader loader;
  private final Map<String, ClassModel> classes = new HashMap<>();
  private final Set<Method> seen = new HashSet<>();
  private final List<Use> uses = new ArrayList<>();
  private final ArrayDeque<Method> open = new ArrayDeque<>();
  private final Set<Method> bodies = new HashSet<>();

  /** Lambdas of which nobody knows yet where they go. */
  private Set<Method> made = Set.of();

  private String file = "";
  private int line;

  private TaskCode(ClassLoader loader) {
    this.loader = loader;
  }

  /** What is used by the methods {@code roots} and by what they call. */
  static List<Use> uses(Set<Method> roots, ClassLoader loader) {
    TaskCode code = new TaskCode(loader);
    code.open.addAll(roots);
    while (!code.open.isEmpty()) {
      code.read(code.open.poll());
    }
    return code.uses;
  }

  /**
   * The lambdas that a test method, and what it calls, make: a task's body may be any of them, but
   * for those that go straight to {@code Machine.boot} or {@code atEnd}.
   */
  static Set<Method> bodies(Method test, ClassLoader loader) {
    TaskCode code = new TaskCode(loader);
    code.open.add(test);
    while (!code.open.isEmpty()) {
      code.read(code.open.poll());
    }
    code.bodies.addAll(code.made);
    return code.bodies;
  }

  private void read(Method m) {
    if (!seen.add(m)) {
      return;
    }
    for (String owner = m.owner; owner != null; ) {
      ClassModel model = model(owner);
      if (model == null) {
        return;
      }
      for (MethodModel method : model.methods()) {
        if (method.methodName().equalsString(m.name)
            && method.methodType().equalsString(m.descriptor)) {
          read(model, method);
          return;
        }
      }
      owner = model.superclass().map(s -> s.asInternalName()).orElse(null);
    }
  }

  private void read(ClassModel model, MethodModel method) {
    String name = model.thisClass().asInternalName();
    file = name.replaceFirst(".*/", "").replaceFirst("\\$.*", "") + ".java";
    line = 0;
    if (method.flags().has(AccessFlag.SYNCHRONIZED)) {
      stops("synchronized");
    }
    method.code().ifPresent(code -> code.forEach(this::read));
  }

  private void read(CodeElement e) {
    switch (e) {
      case LineNumber n -> line = n.line();
      case FieldInstruction f -> field(f);
      case ArrayStoreInstruction a -> add(Touched.ARRAY, "", a.typeKind().name(), true);
      case ArrayLoadInstruction a -> add(Touched.ARRAY, "", a.typeKind().name(), false);
      case MonitorInstruction m -> stops("synchronized");
      case InvokeInstruction i -> invoke(i);
      case InvokeDynamicInstruction i -> {
        bodies.addAll(made);
        made = implementations(i);
        open.addAll(made);
      }
      default -> {
        // touches nothing that tasks could share
      }
    }
  }

  private static Set<Method> implementations(InvokeDynamicInstruction i) {
    Set<Method> found = new HashSet<>();
    for (Object argument : i.bootstrapArgs()) {
      if (argument instanceof DirectMethodHandleDesc h) {
        String d = h.owner().descriptorString();
        found.add(new Method(d.substring(1, d.length() - 1), h.methodName(), h.lookupDescriptor()));
      }
    }
    return found;
  }

  private void field(FieldInstruction f) {
    String owner = f.owner().asInternalName();
    String name = f.name().stringValue();
    boolean write =
        switch (f.opcode()) {
          case PUTFIELD, PUTSTATIC -> true;
          default -> false;
        };
    boolean isStatic =
        switch (f.opcode()) {
          case GETSTATIC, PUTSTATIC -> true;
          default -> false;
        };
    if (isPlain(owner, name)) {
      add(isStatic ? Touched.STATIC : Touched.FIELD, owner, name, write);
    }
  }

  private boolean isPlain(String owner, String name) {
    Class<?> c = UserCode.find(owner, loader);
    if (c == null || !UserCode.is(c)) {
      return false;
    }
    for (Class<?> k = c; k != null; k = k.getSuperclass()) {
      for (Field f : k.getDeclaredFields()) {
        if (f.getName().equals(name)) {
          return !Modifier.isFinal(f.getModifiers()) && UserCode.is(k);
        }
      }
    }
    return false;
  }

  private void invoke(InvokeInstruction i) {
    String owner = i.owner().asInternalName();
    String name = i.name().stringValue();
    if (!owner.equals(MACHINE) || name.startsWith("spawn")) {
      bodies.addAll(made);
    }
    made = Set.of();
    if (owner.startsWith("java/")) {
      jdk(owner, name);
    } else {
      open.add(new Method(owner, name, i.type().stringValue()));
    }
  }

  private void jdk(String owner, String name) {
    boolean thread = owner.equals("java/lang/Thread") || owner.endsWith("/LockSupport");
    if (thread && (name.equals("start") || name.equals("sleep") || name.startsWith("park"))) {
      stops(owner.replaceFirst(".*/", "") + "." + name);
    } else if (thread && (name.equals("join") || name.startsWith("startVirtual"))) {
      stops("Thread." + name);
    } else if (owner.equals("java/lang/Object")
        && (name.equals("wait") || name.startsWith("notify"))) {
      stops("Object." + name);
    } else if (owner.startsWith("java/util/concurrent/locks/")
        || owner.matches("java/util/concurrent/(CountDownLatch|Semaphore|CyclicBarrier|Phaser)")) {
      stops(owner.replaceFirst(".*/", "") + "." + name);
    } else if (owner.startsWith("java/net/") || owner.matches("java/nio/channels/.*Channel")) {
      stops(owner.replaceFirst(".*/", "") + "." + name);
    } else if (owner.startsWith("java/util/") || owner.equals("java/lang/StringBuilder")) {
      add(Touched.OBJECT, owner, name, CHANGES.contains(name));
    }
  }

  private void stops(String what) {
    add(Touched.STOPS, "", what, true);
  }

  private void add(Touched touched, String owner, String name, boolean write) {
    uses.add(new Use(touched, owner, name, write, file + (line == 0 ? "" : ":" + line)));
  }

  private ClassModel model(String owner) {
    return classes.computeIfAbsent(
        owner,
        o -> {
          Class<?> c = UserCode.find(o, loader);
          if (c == null || !UserCode.is(c)) {
            return null;
          }
          try (InputStream in = loader.getResourceAsStream(o + ".class")) {
            return in == null ? null : ClassFile.of().parse(in.readAllBytes());
          } catch (IOException | IllegalArgumentException e) {
            return null; // code that cannot be read is code that is not followed
          }
        });
  }
}
