package org.dmsim.version;

import java.util.Locale;

/**
 * One thing that differs between kernels. The policies of one part of the model are the constants
 * of one enum that lies with that part; to add one is to add a constant, and to ask for it where
 * the kernels differ. {@link KernelPolicies} answers for one kernel; {@code dmsim kernels} lists
 * them.
 */
public interface Policy {

  /** The constant's name. */
  String name();

  /** Since when it is so, and why. */
  Fact fact();

  /** As a person writes it: {@code rcu-for-nowait}. */
  default String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
