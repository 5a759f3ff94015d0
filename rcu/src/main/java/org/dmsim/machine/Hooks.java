package org.dmsim.machine;

import java.util.Arrays;

/** Who is told of switches: RCU, lockdep and the like, in the order in which they came. */
final class Hooks {

  private SwitchHook[] all = {};
  private ContextHook[] contexts = {};

  void add(SwitchHook hook) {
    all = Arrays.copyOf(all, all.length + 1);
    all[all.length - 1] = hook;
    if (hook instanceof ContextHook h) {
      contexts = Arrays.copyOf(contexts, contexts.length + 1);
      contexts[contexts.length - 1] = h;
    }
  }

  void contextSwitch(Cpu cpu, Task prev, boolean preempted) {
    for (SwitchHook h : all) {
      h.contextSwitch(cpu, prev, preempted);
    }
  }

  void waits(Task task) {
    for (SwitchHook h : all) {
      h.waits(task);
    }
  }

  void exit(Task task) {
    for (SwitchHook h : all) {
      h.exit(task);
    }
  }

  void interruptEnter(Task handler, Task interrupted) {
    for (SwitchHook h : all) {
      h.interruptEnter(handler, interrupted);
    }
  }

  void interruptExit(Task handler, Task interrupted) {
    for (SwitchHook h : all) {
      h.interruptExit(handler, interrupted);
    }
  }

  void userMode(Task task, boolean enters) {
    for (ContextHook h : contexts) {
      h.userMode(task, enters);
    }
  }

  void readerLeft(Task task) {
    for (ContextHook h : contexts) {
      h.readerLeft(task);
    }
  }

  void preemption(Task task, boolean off) {
    for (ContextHook h : contexts) {
      h.preemption(task, off);
    }
  }
}
