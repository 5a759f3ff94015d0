package org.dmsim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.dmsim.circle.inside.First;
import org.dmsim.circle.inside.Second;
import org.dmsim.circle.left.Left;
import org.dmsim.circle.right.Right;
import org.junit.jupiter.api.Test;

/** The rules of the architecture go red where they should: a rule that cannot fail is none. */
final class ArchitectureRulesTest {

  @Test
  void circleOfPackages_isFound() {
    JavaClasses circle = new ClassFileImporter().importClasses(Left.class, Right.class);
    AssertionError e =
        assertThrows(
            AssertionError.class, () -> ModuleArchitecture.packagesFormNoCycle().check(circle));
    assertTrue(e.getMessage().contains("Cycle detected"), e::getMessage);
  }

  @Test
  void circleOfFiles_isFound() {
    JavaClasses circle = new ClassFileImporter().importClasses(First.class, Second.class);
    assertEquals(
        Map.of("org.dmsim.circle.inside", Set.of("First", "Second")), FileCycles.of(circle));
    JavaClasses apart = new ClassFileImporter().importClasses(Left.class, Right.class);
    assertEquals(Map.of(), FileCycles.of(apart));
  }

  @Test
  void staticState_isFoundInWhateverItHides() {
    JavaClasses all = new ClassFileImporter().importClasses(Changing.class, Constant.class);
    TreeSet<String> found = new TreeSet<>();
    for (Class<?> holder : List.of(Changing.class, Constant.class)) {
      all.get(holder).getFields().stream()
          .filter(StaticState::changes)
          .map(JavaField::getName)
          .forEach(found::add);
    }
    TreeSet<String> changing = new TreeSet<>();
    all.get(Changing.class).getFields().stream().map(JavaField::getName).forEach(changing::add);
    assertEquals(changing, found);
    assertThrows(AssertionError.class, () -> ModuleArchitecture.staticStateIsConstant().check(all));
  }

  @Test
  void valueOutsideCell_isFound() {
    JavaClasses all = new ClassFileImporter().importClasses(ValueOfItsOwn.class);
    assertThrows(AssertionError.class, () -> ModuleArchitecture.valuesAreCells().check(all));
  }

  /** A value that no memory model knows. */
  private static final class ValueOfItsOwn {
    static final VarHandle WORD = MethodHandles.arrayElementVarHandle(int[].class);
  }

  /** Each of these makes a second run in the same JVM another than the first. */
  private static final class Changing {
    static int count;
    static final int[] ARRAY = {0};
    static final AtomicLong ATOMIC = new AtomicLong();
    static final ThreadLocal<Integer> OF_A_THREAD = new ThreadLocal<>();
    static final List<String> LIST = new ArrayList<>();
    static final List<int[]> FIXED_LIST_OF_ARRAYS = List.of(new int[1]);
    static final Map<String, StringBuilder> FIXED_MAP = Map.of("a", new StringBuilder());
    static final Counter OBJECT = new Counter();
    static final Holder OBJECT_INSIDE = new Holder(new Counter());
    static final Object HIDDEN = new Counter();
  }

  /** None of these does. */
  private static final class Constant {
    static final int NUMBER = 1;
    static final int[] NOTHING = {};
    static final List<String> LIST = List.of("a");
    static final Map<String, Plain> MAP = Map.of("a", new Plain(1, "b"));
    static final Plain RECORD = new Plain(1, "b");
  }

  private static final class Counter {
    private int count;

    int next() {
      return ++count;
    }
  }

  private record Holder(Counter counter) {}

  private record Plain(int number, String text) {}
}
