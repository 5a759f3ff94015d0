package org.dmsim.scenarios.junit;

import java.security.CodeSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.device.DmCore;
import org.dmsim.machine.Machine;

/** Which classes are the test's own: not the JDK's, nor dmsim's, nor a test library's. */
final class UserCode {

  private static final List<String> LIBRARIES =
      List.of("org.junit.", "org.opentest4j.", "org.assertj.", "org.hamcrest.", "org.slf4j.");

  /** Where dmsim's own classes come from; its tests come from elsewhere. */
  private static final List<String> OWN =
      Stream.of(Machine.class, BlockDevice.class, DmCore.class, Explore.class)
          .map(UserCode::origin)
          .filter(Objects::nonNull)
          .toList();

  private UserCode() {}

  static boolean is(Class<?> c) {
    return c.getClassLoader() != null
        && c.getClassLoader() != ClassLoader.getPlatformClassLoader()
        && !OWN.contains(origin(c))
        && LIBRARIES.stream().noneMatch(c.getName()::startsWith);
  }

  /** The class of that name, as in a class file; null if there is none. */
  static Class<?> find(String name, ClassLoader loader) {
    try {
      return Class.forName(name.replace('/', '.'), false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }

  private static String origin(Class<?> c) {
    CodeSource source = c.getProtectionDomain().getCodeSource();
    return source == null ? null : String.valueOf(source.getLocation());
  }
}
