package org.dmsim.scenarios.identity;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.LineNumber;
import java.lang.constant.ConstantDescs;
import java.util.List;

/**
 * The classes of dmsim as an edit in each of them would leave them: a static field that nobody uses
 * more in each class, and in each method a few instructions more at its beginning.
 */
final class EditedClasses extends ClassLoader {

  /** Where dmsim's classes lie, and the targets of its tests, which extend one of them. */
  private static final List<String> OURS = List.of("org.dmsim.", "example.");

  private static final int MORE = 7;

  EditedClasses(ClassLoader parent) {
    super(parent);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      if (OURS.stream().noneMatch(name::startsWith)) {
        return super.loadClass(name, resolve);
      }
      Class<?> known = findLoadedClass(name);
      return known != null ? known : findClass(name);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    try (InputStream in = getParent().getResourceAsStream(file)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] edited = edit(in.readAllBytes());
      return defineClass(name, edited, 0, edited.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private byte[] edit(byte[] original) {
    ClassFile file =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(getParent())));
    ClassTransform more =
        ClassTransform.endHandler(
            b ->
                b.withField(
                    "NOBODY_USES_IT",
                    ConstantDescs.CD_int,
                    ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC | ClassFile.ACC_FINAL));
    return file.transformClass(
        file.parse(original), ClassTransform.transformingMethodBodies(new Later()).andThen(more));
  }

  /** The same instructions, further behind and on other lines. */
  private static final class Later implements CodeTransform {
    @Override
    public void atStart(CodeBuilder builder) {
      for (int i = 0; i < MORE; i++) {
        builder.nop();
      }
    }

    @Override
    public void accept(CodeBuilder builder, CodeElement element) {
      if (element instanceof LineNumber l) {
        builder.lineNumber(l.line() + MORE);
      } else {
        builder.with(element);
      }
    }
  }
}
