package org.dmsim.scenarios.explain.reports;

import java.util.regex.Pattern;

/** What the lines of reports look like, in kernels from 2.6 to 6.x and on all architectures. */
final class LineForms {

  static final Pattern IN_ATOMIC =
      Pattern.compile(
          "^in_atomic\\(\\): ?(\\d+)(?:, ?irqs_disabled\\(\\): ?(\\d+))?(?:, ?non_block: (\\d+))?");
  static final Pattern PID_NAME = Pattern.compile("pid: (\\d+), name: (\\S.*)$");
  static final Pattern PREEMPT =
      Pattern.compile("^preempt_count: ([0-9a-f]{1,8})(?:, expected: ([0-9a-f]{1,8}))?");
  static final Pattern RCU =
      Pattern.compile("^RCU nest depth: (\\d{1,9})(?:, expected: (\\d{1,9}))?");
  static final Pattern SCHEDULING =
      Pattern.compile("scheduling while atomic: (.+)/(\\d+)/0x([0-9a-f]{1,8})");
  static final String TAINT = "(Not tainted|Tainted: [A-Z (){}+-]*?) *";
  static final Pattern CPU =
      Pattern.compile(
          "^CPU: ?(\\d+) (?:UID: \\d+ )?PID: (\\d+) Comm: (.+?) +(?:Kdump: loaded +)?"
              + TAINT
              + "\\(?(\\d+\\.\\d+[^\\s)]*)");
  static final Pattern CPU_CUT =
      Pattern.compile(
          "^CPU: ?(\\d+) (?:UID: \\d+ )?PID: (\\d+) Comm: (\\S+)(?: +Not tainted| +Tainted:.*)?$");
  static final Pattern OLD_PID =
      Pattern.compile("^Pid: (\\d+), comm: (.+?) +" + TAINT + "\\(?(\\d+\\.\\d+[^\\s)]*)");
  static final Pattern RELEASE =
      Pattern.compile("^(\\d+\\.\\d+\\S*) #\\d+\\S*(?: +(Not tainted|Tainted: ).*)?$");
  static final Pattern HUNG_RELEASE = Pattern.compile("^" + TAINT + "(\\d+\\.\\d+\\S*)");
  static final Pattern HUNG = Pattern.compile("^INFO: task (.+):(\\d+) blocked ");
  static final Pattern LIKELY_OWNER =
      Pattern.compile("^INFO: task .+:\\d+ is blocked on a .* owned by task (.+):(\\d+)");
  static final Pattern TASK_DUMP = Pattern.compile("^task:(.*?) +state:.*? pid: *(\\d+)");
  static final Pattern OLD_TASK_DUMP =
      Pattern.compile(
          "^(\\S+) +[RSDTtXZIPKW](?: +running task(?: on cpu +\\d+)?)? +(?:[0-9a-f]{8,16} +)?\\d+"
              + " +(\\d+) +\\d+ 0x[0-9a-f]+");
  static final Pattern KASAN_PLACE = Pattern.compile("BUG: KASAN: \\S+(?: or \\S+)? in (\\S+)");
  static final Pattern BY_TASK =
      Pattern.compile("^(?:Read|Write|Free)\\S* of (?:size \\d+ at )?addr.* by task (.+/\\d+)");
  static final Pattern TRIES =
      Pattern.compile(
          "^(.+?/\\d+)(?: \\[HC.*\\])? (?:is trying to (?:acquire|lock|release)|takes:|just changed"
              + "|is leaving the kernel|is freeing memory|is exiting with)");
  static final Pattern RELEASES =
      Pattern.compile("is trying to release lock \\((.+)\\) at:? *(.*)");
  static final Pattern STILL =
      Pattern.compile("^(?:WARNING: |BUG: |\\[ (?:BUG|INFO): )(\\S.*/\\d+) still has");
  static final Pattern LINK = Pattern.compile("^-> #\\d+ +(\\(.+)$");
  static final Pattern STACK_OF =
      Pattern.compile(
          "^(Allocated|Freed) by task (\\d+)|^(Last|Second to last) potentially related work");
  static final Pattern EXPEDITED = Pattern.compile("\\{ ?(\\d+)-");
  static final Pattern STATES = Pattern.compile("^inconsistent (\\{.+\\}) -> (\\{.+\\}) usage");
  static final Pattern STALLED =
      Pattern.compile(
          "^(?:rcu: )?\\s*(\\d+)-[.!?OoND]+:? |Tasks blocked on level-\\d+ rcu_node.*: +(P\\d.*)$");
  static final Pattern BOTTOM =
      Pattern.compile(
          "entry_(?:SYSCALL|SYSENTER|INT80)\\w*|ret_from_(?:fork|kernel)\\w*|kthread|secondary_startup\\w*"
              + "|start_kernel|start_secondary|x86_64_start\\w*|el0\\w*|system_call\\w*|sysenter\\w*"
              + "|ret_fast_syscall|syscall|stub_\\w+|kernel_thread\\w*|ret_to_user|tracesys\\w*"
              + "|system_call_fastpath|do_syscall\\w*|cpu_startup_entry|asm_\\w+|__do_softirq|0x[0-9a-f]+");

  static final Pattern OWN =
      Pattern.compile(
          "^(?:Hardware name|Modules linked"
              + " in|Workqueue:|Code:|[RE][A-Z][A-Z0-9]:|R\\d\\d?:|[CD]R\\d:|[CDEFGS]S:|PKRU|pstate|[pls][crp]"
              + " ?:|[xr]\\d+ ?:|epc ?:|ra ?:|[stag]\\d+ ?:|NIP|LR |MSR|GPR|CFAR|IRQMASK|REGS|---"
              + " interrupt|--- Exception|Exception stack|Stack:|Kernel Offset|Krnl |irq event"
              + " stamp|(?:hard|soft)irqs last|Tainted: \\[|Tainted by|[0-9a-f]{8,16}(?:"
              + " [0-9a-f]{8,16})+|Sending NMI|\\(stack is not available\\)|The buggy address|The"
              + " bug|page:|page dumped|flags: |raw: |head:|Memory state|>?[0-9a-f]{8,16}:"
              + " (?:[0-9a-f]{2} )|\\^$|which belongs|The buggy|located \\d+ bytes|\\d+-byte"
              + " region|INFO: lockdep is turned off|Possible |CPU0|----"
              + " *(?:----)?$|lock\\(|local_irq_disable|rlock\\(|sync\\(|<Interrupt>|\\*\\*\\*"
              + " DEADLOCK|May be due|other info|the existing|which (?:lock|would|could)|but"
              + " (?:task|this|there)|and (?:this|interrupts)|\\.\\.\\. |to a |Chain exists|the"
              + " (?:first|second|shortest|dependencies)|\"echo 0 >|message\\.$|ps:"
              + " |rcu_scheduler_active|context-\\{|Unable to access"
              + " opcode|page_owner|Kdump|Exception frame|EFLAGS|jiffies|\\{[A-Z-]+\\} |->"
              + " \\(|\\.\\.\\. key|\\S+ at: *$|IN-|INITIAL|HARDIRQ-|SOFTIRQ-|\\}|Object"
              + " |Redzone|Padding|Bytes|RBP|Call Trace|Call trace|Backtrace|stack backtrace|.* -->"
              + " |pc :|\\(detected by|\\(t=|rcu:|Task dump|NMI backtrace|Tasks blocked|blocking"
              + " rcu_node|task:|Exec Time|\\[end of|shadow|Disabling lock|locks?"
              + " held|RIP|ORIG_RAX|EIP|PC is|LR is|Preemption disabled|last function|allocated"
              + " \\d|freed \\d)");

  /** The name of a function, and nothing more: a line of a decoded stack that was cut. */
  static final Pattern CUT = Pattern.compile("[a-z_]\\w*_\\w+");

  /** In a stack the kernel prints so which function an interrupt came upon. */
  static final Pattern INTERRUPTED =
      Pattern.compile("^(?:RIP: 0010:|EIP: )([A-Za-z_][\\w.]*\\+0x.*)$");

  private LineForms() {}
}
