package org.dmsim.report;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the Java method that mirrors a kernel function, by the function's name. Call traces show
 * these methods and no others.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.CONSTRUCTOR})
public @interface KernelSymbol {
  /** The kernel function's name, as it stands in a call trace. */
  String value();
}
