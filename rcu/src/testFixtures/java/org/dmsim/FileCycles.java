package org.dmsim;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Files of one package that need each other in a circle, so that none of them can be read before
 * the others.
 */
final class FileCycles {

  private FileCycles() {}

  /** By package, the files that lie on a circle within it; packages without one are left out. */
  static Map<String, Set<String>> of(JavaClasses classes) {
    Map<String, Set<String>> needs = new HashMap<>();
    for (JavaClass type : classes) {
      Set<String> of = needs.computeIfAbsent(file(type), f -> new HashSet<>());
      type.getDirectDependenciesFromSelf()
          .forEach(
              d -> {
                JavaClass other = d.getTargetClass().getBaseComponentType();
                if (other.getPackageName().equals(type.getPackageName())) {
                  of.add(file(other));
                }
              });
    }
    Map<String, Set<String>> circles = new TreeMap<>();
    for (String file : needs.keySet()) {
      if (reaches(file, needs)) {
        int dot = file.lastIndexOf('.');
        circles
            .computeIfAbsent(file.substring(0, dot), p -> new TreeSet<>())
            .add(file.substring(dot + 1));
      }
    }
    return circles;
  }

  private static String file(JavaClass type) {
    return type.getName().split("\\$")[0];
  }

  /** Whether a file needs itself through another one. */
  private static boolean reaches(String file, Map<String, Set<String>> needs) {
    Set<String> seen = new HashSet<>();
    ArrayDeque<String> next = new ArrayDeque<>();
    needs.get(file).stream().filter(f -> !f.equals(file)).forEach(next::add);
    while (!next.isEmpty()) {
      String f = next.poll();
      if (f.equals(file)) {
        return true;
      }
      if (seen.add(f)) {
        next.addAll(needs.getOrDefault(f, Set.of()));
      }
    }
    return false;
  }
}
