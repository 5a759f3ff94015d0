package org.dmsim.litmus.lang;

/**
 * What one of the kernel's functions is to the memory model.
 *
 * @param name the function's
 * @param parameters how many arguments it takes
 * @param order of its access; null if it makes none that is ordered by name
 * @param fence for a fence, and for the fence that follows a store; else null
 * @param lvalue whether the variable is named as such ({@code READ_ONCE(*x)}) and not by its
 *     address
 * @param operator of an atomic operation: {@code +}, {@code -}, {@code &}, {@code |}, {@code ^},
 *     {@code &~}; else null
 * @param operand what an atomic operation uses, or null if it is the first argument
 * @param test what the result of an atomic operation is held against: {@code == 0} or {@code < 0}
 */
public record Primitive(
    String name,
    Shape shape,
    int parameters,
    Order order,
    Fence fence,
    boolean lvalue,
    String operator,
    Long operand,
    String test) {

  /** The kinds of primitives. */
  public enum Shape {
    LOAD,
    STORE,
    FENCE,
    XCHG,
    CMPXCHG,
    TRY_CMPXCHG,
    ADD_UNLESS,
    ATOMIC_OP,
    OP_RETURN,
    FETCH_OP,
    LOCK,
    UNLOCK,
    TRYLOCK,
    IS_LOCKED,
    SRCU_LOCK,
    SRCU_UNLOCK,
    SYNC_SRCU
  }
}
