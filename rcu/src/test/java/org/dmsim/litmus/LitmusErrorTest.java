package org.dmsim.litmus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.dmsim.litmus.lang.LitmusError;
import org.dmsim.litmus.lang.LitmusParser;
import org.dmsim.litmus.lang.LitmusTest;
import org.dmsim.litmus.lkmm.ModelVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class LitmusErrorTest {

  static Stream<Arguments> wrong() {
    return Stream.of(
        arguments(
            "PPC x\n",
            "1:1: a litmus test begins with \"C NAME\"; other languages than C are" + " not read"),
        arguments(
            "C x\n{}\nP0(int *x)\n{\n  smp_foo();\n}\nexists (x=1)",
            "5:3: smp_foo() is no primitive of the memory model"
                + " (tools/memory-model/linux-kernel.def)"),
        arguments(
            "C x\n{}\nP0(int *x)\n{\n  smp_mb(1);\n}\nexists (x=1)",
            "5:3: smp_mb() takes 0 arguments, not 1"),
        arguments(
            "C x\n{}\nP0(int *x)\n{\n  WRITE_ONCE(*x, 1)\n}\nexists (x=1)",
            "6:1: \";\" should stand here, not \"}\""),
        arguments(
            "C x\n{}\nP0(int *x)\n{}\nexists (3:r1=1)",
            "5:9: there is no thread 3: they are 0 to 0"),
        arguments(
            "C x\n{}\nP0(int *x)\n{}\n",
            "5:1: \"exists\", \"~exists\" or \"forall\" should stand here, not the end of the"
                + " test"),
        arguments("C x\n{}\nP1(int *x)\n{}\nexists (x=1)", "3:1: P0 should stand here, not \"P1\""),
        arguments(
            "C x\n{}\nP0(int *x)\n{ int r1 = x[0]; }\nexists (x=1)",
            "4:13: arrays and members are not read: use one variable each"),
        arguments(
            "C x\n{}\n(* open\nP0(int *x)\n{}\nexists (x=1)",
            "3:1: the comment that begins here does not end"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongTest_isAnsweredWithItsPlace(String text, String expected) {
    LitmusError error = assertThrows(LitmusError.class, () -> LitmusParser.parse(text));
    assertEquals(expected, error.line() + ":" + error.column() + ": " + error.getMessage());
  }

  @Test
  void primitiveOfALaterModel_isRefused() throws LitmusError {
    LitmusTest test =
        Litmus.test("int i = srcu_down_read(ss);\nsrcu_up_read(ss, i);", "exists (x=0)");
    assertEquals("Always", Litmus.judged(test));
    LitmusError error =
        assertThrows(LitmusError.class, () -> Litmus.judged(test, ModelVersion.V6_1));
    assertEquals(
        "srcu_down_read() is not in the model of 6.1: use --lkmm 6.12", error.getMessage());
  }
}
