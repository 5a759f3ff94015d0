package org.dmsim.scenarios.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * No state outlives a machine: a machine that comes after others does what it does as the first one
 * of a JVM. Whether it is the first is told by classes that nobody has used yet.
 */
final class NoStateOutlivesTest {

  private static final int SOME = 12;
  private static final int MANY = 300;

  /** dmsim's classes anew: with the static state of a JVM in which nothing has run. */
  private static final class Unused extends ClassLoader {

    Unused() {
      super(NoStateOutlivesTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (!name.startsWith("org.dmsim.") && !name.startsWith("example.")) {
          return super.loadClass(name, resolve);
        }
        Class<?> known = findLoadedClass(name);
        return known != null ? known : findClass(name);
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }

    String turn(String what) throws ReflectiveOperationException {
      Class<?> turn = loadClass(Turn.class.getName());
      assertNotSame(Turn.class, turn);
      Thread thread = Thread.currentThread();
      ClassLoader usual = thread.getContextClassLoader();
      thread.setContextClassLoader(this); // by which services are found
      try {
        return (String) turn.getMethod("of", String.class).invoke(null, what);
      } finally {
        thread.setContextClassLoader(usual);
      }
    }
  }

  /** Once in the one order and, by other classes, once in the other. */
  @Test
  void everyProgram_whateverRanBefore_doesTheSame() throws ReflectiveOperationException {
    Unused backwards = new Unused();
    List<String> all = Turn.all(SOME);
    Map<String, String> said = new HashMap<>();
    for (String what : all) {
      said.put(what, Turn.of(what));
    }
    for (String what : all.reversed()) {
      assertEquals(said.get(what), backwards.turn(what), what);
    }
  }

  @Test
  @Tag("deep")
  void everyProgram_asTheFirstOfItsJvm_doesWhatItDoesAsTheThird()
      throws ReflectiveOperationException {
    for (String what : Turn.all(MANY)) {
      String first = new Unused().turn(what);
      assertEquals(first, Turn.of(what), what);
      assertEquals(first, Turn.of(what), what);
    }
  }
}
