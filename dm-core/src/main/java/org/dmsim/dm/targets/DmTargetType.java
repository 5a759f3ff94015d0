package org.dmsim.dm.targets;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the target type that a {@link DmTarget} class is: {@code struct target_type}. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface DmTargetType {

  /** The name by which a table line asks for it; at most 15 characters. */
  String name();

  /** Its version, as {@code dmsetup targets} shows it. */
  String version() default "1.0.0";

  /** What it can do. */
  TargetFeature[] features() default {};
}
