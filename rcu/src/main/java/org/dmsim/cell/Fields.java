package org.dmsim.cell;

import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.VarHandle;
import org.dmsim.report.DmsimFault;

/** Finds the fields that are cells. */
final class Fields {

  private Fields() {}

  /** A field of the class that asks. */
  static VarHandle find(Lookup in, String name, Class<?> type) {
    try {
      return in.findVarHandle(in.lookupClass(), name, type);
    } catch (ReflectiveOperationException e) {
      throw new DmsimFault(
          in.lookupClass().getName() + " has no field '" + name + "' of type " + type.getName(), e);
    }
  }
}
