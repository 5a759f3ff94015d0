package org.dmsim.report;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.LineNumber;

/** Which of several methods of one name a line belongs to, as the class file says. */
final class LineTable {

  private LineTable() {}

  /** The descriptor of the method of that name which has code of that line; empty if none has. */
  static String descriptor(Class<?> owner, String name, int line) {
    String file = owner.getName().substring(owner.getName().lastIndexOf('.') + 1) + ".class";
    try (InputStream in = owner.getResourceAsStream(file)) {
      ClassModel c = in == null ? null : ClassFile.of().parse(in.readAllBytes());
      return c == null ? "" : descriptor(c, name, line);
    } catch (IOException unreadable) {
      return "";
    }
  }

  private static String descriptor(ClassModel c, String name, int line) {
    for (MethodModel m : c.methods()) {
      if (m.methodName().equalsString(name) && m.code().isPresent()) {
        for (var element : m.code().get()) {
          if (element instanceof LineNumber l && l.line() == line) {
            return m.methodTypeSymbol().descriptorString();
          }
        }
      }
    }
    return "";
  }
}
