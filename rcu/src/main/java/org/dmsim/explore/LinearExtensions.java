package org.dmsim.explore;

import java.util.SplittableRandom;

/**
 * In how many orders the steps of some tasks can be made, if some of them have to come after
 * others: counted where that is cheap, else judged by orders made by chance.
 */
final class LinearExtensions {

  private static final int COUNTED = 400_000;
  private static final int MAX_ORDERS = 128;
  private static final int WORK = 40_000;

  private final int steps;
  private final int[][] after;
  private final int[] lengths;
  private final int[][] stepsOf;

  /**
   * Of steps that are numbered from 0 in one of the orders.
   *
   * @param task who makes a step, as a number from 0
   * @param after how many steps of each task come before a step
   */
  LinearExtensions(int tasks, int[] task, int[][] after) {
    this.steps = task.length;
    this.after = after;
    this.lengths = new int[tasks];
    for (int t : task) {
      lengths[t]++;
    }
    this.stepsOf = new int[tasks][];
    for (int t = 0; t < tasks; t++) {
      stepsOf[t] = new int[lengths[t]];
    }
    int[] made = new int[tasks];
    for (int k = 0; k < steps; k++) {
      stepsOf[task[k]][made[task[k]]++] = k;
    }
  }

  /** Logarithm of the number. */
  double logCount(SplittableRandom random) {
    int most = COUNTED / Math.max(1, lengths.length * lengths.length);
    long cells = 1;
    for (int n : lengths) {
      cells = Math.min(most + 1L, cells * (n + 1));
    }
    double counted = cells <= most ? counted((int) cells) : Double.POSITIVE_INFINITY;
    return Double.isInfinite(counted) ? judged(random) : Math.log(counted);
  }

  /** Counts the ways to each set of steps that can have been made. */
  private double counted(int cells) {
    double[] ways = new double[cells];
    int[] made = new int[lengths.length];
    ways[0] = 1;
    for (int cell = 0; cell < cells - 1; cell++) {
      if (ways[cell] > 0) {
        int stride = 1;
        for (int t = 0; t < lengths.length; t++) {
          if (canMake(t, made)) {
            ways[cell + stride] += ways[cell];
          }
          stride *= lengths[t] + 1;
        }
      }
      for (int t = 0; ++made[t] > lengths[t]; t++) {
        made[t] = 0;
      }
    }
    return ways[cells - 1];
  }

  private boolean canMake(int t, int[] made) {
    if (made[t] == lengths[t]) {
      return false;
    }
    int[] wanted = after[stepsOf[t][made[t]]];
    for (int u = 0; u < wanted.length; u++) {
      if (made[u] < wanted[u]) {
        return false;
      }
    }
    return true;
  }

  private double judged(SplittableRandom random) {
    long work = (long) steps * lengths.length * lengths.length;
    int orders = Math.clamp(WORK / Math.max(1, work), 1, MAX_ORDERS);
    int[] hooks = hooks();
    double sum = 1;
    double first = order(hooks, random);
    for (int i = 1; i < orders; i++) {
      sum += Math.exp(order(hooks, random) - first);
    }
    return first + Math.log(sum / orders);
  }

  /**
   * Makes one order, and says the logarithm of a number whose mean is the number of orders. A step
   * that comes before many others is taken more often; that would tell the number at once if none
   * came after two that are in no order (the hook length formula).
   */
  private double order(int[] hooks, SplittableRandom random) {
    int[] made = new int[lengths.length];
    double log = 0;
    for (int done = 0; done < steps; done++) {
      int sum = 0;
      int taken = -1;
      int its = 0;
      for (int t = 0; t < lengths.length; t++) {
        if (canMake(t, made)) {
          int hook = hooks[stepsOf[t][made[t]]];
          sum += hook;
          if (random.nextInt(sum) < hook) {
            taken = t;
            its = hook;
          }
        }
      }
      log += Math.log((double) sum / its);
      made[taken]++;
    }
    return log;
  }

  /** Of each step, how many cannot come before it, itself included. */
  private int[] hooks() {
    int[] hooks = new int[steps];
    for (int t = 0; t < lengths.length; t++) {
      for (int i = 0; i < lengths[t]; i++) {
        int k = stepsOf[t][i];
        for (int u = 0; u < lengths.length; u++) {
          int before = u == t ? i + 1 : after[k][u];
          for (int j = 0; j < before; j++) {
            hooks[stepsOf[u][j]]++;
          }
        }
      }
    }
    return hooks;
  }
}
