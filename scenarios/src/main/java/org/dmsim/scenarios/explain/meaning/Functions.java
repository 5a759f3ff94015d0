package org.dmsim.scenarios.explain.meaning;

import java.util.regex.Pattern;

/**
 * Functions of the kernel that are in a stack because of how a thing is checked, allocated, locked
 * or waited for, and never because of who wanted it. The one who wanted it is the first below them.
 */
final class Functions {

  private static final Pattern DEBUG =
      Pattern.compile(
          "_*(?:dump_stack\\w*|unwind_\\w+|(?:kernel|bpf)_text_address|is_bpf_\\w*text\\w*|core_kernel_text|dump_cpu_task|rcu_(?:sched_clock_irq|check_callbacks)|nmi_cpu_backtrace\\w*|show_(?:stack|regs)\\w*|show_trace\\w*|dump_(?:backtrace|trace)\\w*"
              + "|unwind_backtrace|walk_stackframe|arch_stack_walk\\w*|stack_trace_\\w+|save_stack\\w*"
              + "|__save_stack\\w*|print_\\w+|warn\\w*|report_bug\\w*|handle_bug|fixup_bug\\w*"
              + "|panic\\w*|oops_\\w+|die\\w*|do_(?:error_)?trap\\w*|do_invalid_op|invalid_op"
              + "|exc_invalid_op|asm_exc_\\w+|exc_\\w+_fault|kasan_\\w+|asan_\\w+|hwasan_\\w+"
              + "|__hwasan\\w*|kcsan_\\w+|kmsan_\\w+|kfence_\\w+|ubsan_\\w+|check_memory_region\\w*"
              + "|memory_is_poisoned\\w*|memory_(?:intersects|is_)\\w*|end_report|start_report"
              + "|describe_(?:address|object)\\w*|report_(?:enabled|suppressed)|object_err|check_region\\w*"
              + "|might_(?:sleep|resched|fault|alloc)\\w*|cant_(?:sleep|migrate)\\w*"
              + "|__might\\w*|___might\\w*|schedule_bug|__schedule_bug|schedule_debug"
              + "|lockdep_\\w+|lock_acquire\\w*|lock_release\\w*|lock_(?:is_held|downgrade|set)\\w*"
              + "|validate_chain\\w*|check_(?:prev|prevs|noncircular|deadlock|irq|usage|wait_context"
              + "|bad|redundant|path|flags|chain|no_locks|held)\\w*|check_lock\\w*|mark_(?:lock|held|usage)\\w*"
              + "|valid_state|add_lock\\w*|trace_hardirqs\\w*|trace_softirqs\\w*|trace_preempt\\w*|trace_irq\\w*"
              + "|debug_(?:check|show|lock|mutex|rt|smp|spin|object|locks)\\w*|debug_\\w+|nmi_\\w+"
              + "|arch_trigger\\w*|trigger_\\w+backtrace|sched_show_task|rcu_dump\\w*|panic_saved_regs"
              + "|kmemleak\\w*|fail_dump|should_fail\\w*|spin_(?:bug|dump)|rwlock_bug|rt_mutex_deadlock\\w*"
              + "|common_exception\\w*|program_check\\w*|bug_handler|brk_handler|do_debug_exception"
              + "|el1_dbg|aarch64_insn\\w*|asm_call_\\w+|sanitizer_cov\\w*|sanitizer_\\w+|read_word_at_a_time"
              + "|vprintk\\w*|printk\\w*|stack_depot\\w*|set_track\\w*|stack_type\\w*"
              + "|rcu_note_context_switch|rcu_lockdep\\w*|rcu_read_lock_held\\w*|rcu_is_watching|instrument_\\w+"
              + "|refcount_\\w*warn\\w*|refcount_\\w+|list_(?:add|del)\\w*|__list_(?:add|del)\\w*"
              + "|percpu_ref_\\w+|kref_(?:put|get)\\w*|object_(?:is|address)\\w*)");

  private static final Pattern ALLOCATION =
      Pattern.compile(
          "_*(?:k[mzc]alloc\\w*|kv[mzc]alloc\\w*|kvfree\\w*|kfree\\w*|krealloc\\w*|kmem_cache_(?:alloc|free|zalloc)\\w*"
              + "|do_kmem_cache\\w*|do_kmalloc\\w*|kmem_\\w+|slab_\\w+|__slab\\w*|___slab\\w*|cache_alloc\\w*"
              + "|____cache\\w*|cache_free\\w*|fallback_alloc|new_slab\\w*|allocate_slab\\w*|get_partial\\w*"
              + "|memcg_\\w+|mempool_(?:alloc|free|kmalloc|resize)\\w*|alloc_pages?\\w*|__alloc_pages\\w*"
              + "|get_page_from_freelist|prep_new_page|post_alloc\\w*|get_free_pages?|__get_free_pages|get_zeroed\\w*"
              + "|free_(?:pages?|unref|one|pcppages|large|frozen|slab|to_partial)\\w*|folio_alloc\\w*"
              + "|vma_alloc\\w*|pcpu_alloc\\w*|alloc_percpu\\w*|v[mz]alloc\\w*|__vmalloc\\w*|bio_alloc\\w*|bvec_alloc\\w*"
              + "|bio_kmalloc|bio_clone\\w*|bio_init\\w*|alloc_skb\\w*|__alloc_skb|__build_skb\\w*|kmalloc_reserve\\w*"
              + "|netdev_alloc\\w*|radix_tree_node_alloc\\w*|radix_tree_preload|idr_preload|xas_alloc|xas_nomem"
              + "|prepare_alloc\\w*|fs_reclaim\\w*|quarantine\\w*|qlist\\w*|qlink\\w*|poison_\\w+|unpoison\\w*"
              + "|kunit_kmalloc\\w*|kstrdup\\w*|kmemdup\\w*|alloc_workqueue_attrs|devm_k\\w+|sl[aou]b_\\w+"
              + "|allocate_\\w*slab|deferred_free|free_deferred\\w*|refill_\\w+|alloc_from_\\w+|alloc_single\\w*"
              + "|alloc_frozen\\w*|alloc_slab\\w*|alloc_page_vma|vmalloc\\w*|kasan\\w*)");

  private static final Pattern LOCKING =
      Pattern.compile(
          "_*(?:raw_(?:spin|read|write)\\w*|(?:spin|read|write)_(?:un)?(?:try)?lock\\w*|do_raw_\\w+|_raw_\\w+"
              + "|__raw_\\w+|queued_(?:spin|read|write)\\w*|native_queued\\w*|pv_\\w*lock\\w*|arch_spin\\w*"
              + "|rt_(?:spin|read|write|mutex|rw)\\w*|rtlock\\w*|rwbase_\\w+|rt_mutex_\\w+|try_to_take_rt\\w*"
              + "|(?:ww_)?mutex_(?:lock|trylock|unlock|optimistic|spin|can|remove)\\w*|mutex_\\w+_nested|ww_mutex_\\w+"
              + "|__mutex\\w*|___mutex\\w*|down(?:_(?:read|write|interruptible|killable|timeout|trylock)\\w*)?"
              + "|up(?:_read|_write)?|__up|__down\\w*|downgrade_write|rwsem_\\w+|call_rwsem\\w*|percpu_(?:down|up|rwsem)\\w*"
              + "|__percpu_down\\w*|__percpu_rwsem\\w*|seq(?:lock|count)_\\w+|read_seq\\w*|write_seq\\w*"
              + "|rcu_read_(?:un)?lock\\w*|rcu_lock_\\w+|class_\\w+_(?:con|de)structor|local_bh_\\w+|__local_bh\\w*"
              + "|local_lock\\w*|local_irq\\w*|preempt_(?:count|schedule|disable|enable|latency)\\w*"
              + "|bit_spin\\w*|lock_page\\w*|__lock_page\\w*|folio_(?:lock|wait_bit|wait_locked)\\w*|__folio_lock\\w*"
              + "|wait_on_page_(?:bit|locked)\\w*|atomic_dec_and_\\w*lock\\w*|refcount_dec_and_\\w*lock\\w*"
              + "|srcu_read_(?:un)?lock\\w*|lock_sock\\w*|rtnl_lock\\w*|rtnl_net_lock\\w*|inode_lock\\w*|i_mmap_lock\\w*|mmap_(?:read|write)_lock\\w*|console_(?:lock|trylock|unlock)\\w*|ldsem_\\w+|tty_lock\\w*|sb_start_write|percpu_counter\\w*"
              + "|rt_read\\w*|rt_write\\w*|migrate_(?:disable|enable)|add_preempt_count|sub_preempt_count)");

  private static final Pattern SCHEDULER =
      Pattern.compile(
          "_*(?:schedule\\w{0,30}|io_schedule\\w*|context_switch|switch_to\\w*|__switch_to\\w*|preempt_schedule\\w*"
              + "|cond_resched\\w*|_cond_resched|__cond_resched\\w*|dynamic_\\w*resched|yield|do_sched_yield"
              + "|wait_for_common\\w*|wait_for_completion\\w*|__wait_for_common|do_wait_for_common|wait_for_\\w*completion\\w*"
              + "|wait_on_bit\\w*|__wait_on_bit\\w*|out_of_line_wait\\w*|bit_wait\\w*|wait_on_buffer|__wait_on_buffer|filemap_fdatawait\\w*|wait_on_page_writeback\\w*|folio_wait_writeback\\w*"
              + "|do_nanosleep|hrtimer_nanosleep|usleep_range\\w*|msleep\\w*|ssleep|finish_(?:task_switch|wait|lock_switch)\\w*"
              + "|prepare_to_wait\\w*|autoremove_wake\\w*|kthread_(?:stop|park|flush)\\w*|flush_(?:work|workqueue|delayed)\\w*"
              + "|__flush_work\\w*|__flush_workqueue|start_flush_work|cancel_(?:work|delayed)\\w*|__cancel_work\\w*"
              + "|drain_workqueue|synchronize_s?rcu\\w*|__synchronize_s?rcu\\w*|wait_rcu_gp|__wait_rcu_gp|rcu_barrier\\w*"
              + "|srcu_barrier|_rcu_barrier|synchronize_\\w+|rcu_sync_\\w+|ktime_get\\w*|sched_clock\\w*|native_sched_clock"
              + "|kvm_clock\\w*|kvm_sched\\w*|pick_next_task\\w*|update_curr|account_\\w+|psi_\\w+|try_to_wake_up"
              + "|del_timer_sync|try_to_del_timer\\w*|mod_timer|need_resched|rcu_qs|rcu_sched_qs|mutex_spin\\w*)");

  /**
   * Functions that every caller of a certain kind of thing goes through: they are not who asked.
   */
  private static final Pattern ENTRY =
      Pattern.compile(
          "_*(?:entry_\\w+|do_syscall\\w*|syscall\\w*|system_call\\w*|sysenter\\w*|el0\\w*|el1\\w*|do_el0\\w*"
              + "|invoke_syscall|exit_to_user\\w*|prepare_exit_to_user\\w*|syscall_return_slowpath|do_notify_resume"
              + "|int_signal|retint_\\w+|ret_to_user|work_pending|ret_from_\\w+|ret_slow\\w*|intret\\w*|resume_user\\w*"
              + "|irqentry_\\w+|ret_fast\\w*|tracesys\\w*|int_careful|int_with\\w*|fred_\\w+|x64_sys_call"
              + "|kthread|secondary_startup\\w*|start_secondary|start_kernel|cpu_startup_entry|do_idle|cpu_idle\\w*)");

  private static final Pattern INTERRUPT =
      Pattern.compile(
          "_*(?:asm_sysvec\\w*|sysvec\\w*|asm_common_interrupt|common_interrupt\\w*|(?:smp_)?apic_timer\\w*|do_IRQ|do_irq\\w*"
              + "|do_ext_irq|ext_int_handler|irq_svc|irq_usr|el1h?_\\w*irq\\w*|el0_irq\\w*|el1_interrupt|gic_handle\\w*"
              + "|handle_irq\\w*|irq_exit\\w*|hrtimer_\\w+|tick_\\w+|update_process_times|rcu_(?:sched_clock_irq|check_callbacks"
              + "|check_gp\\w*|dump_cpu_stacks|pending|check\\w*)|print_\\w*stall|check_cpu_stall\\w*|smp_\\w+interrupt"
              + "|reschedule_interrupt|call_function\\w*interrupt|timer_interrupt|exc_irq|arch_timer_handler\\w*"
              + "|generic_handle\\w*|handle_\\w*domain_irq|handle_percpu\\w*|call_on_irq_stack|do_interrupt_handler"
              + "|decrementer_common\\w*|local_apic_timer\\w*|profile_tick|scheduler_tick|sched_tick|panic_\\w*"
              + "|__hrtimer_run_queues|hrtimer_run_queues|watchdog_\\w+|softlockup\\w*|perf_\\w+|do_local_timer|ret_from_intr)");

  /** Small tools that anyone uses on his own data. */
  private static final Pattern LIBRARY =
      Pattern.compile(
          "_*(?:mem(?:cpy|set|move|cmp|chr|scan)\\w*|str(?:n?cpy|n?cmp|n?cat|n?len|l?cpy|scpy|chr|str|sep)\\w*"
              + "|(?:raw_)?copy_(?:from|to|in)_(?:user|iter)\\w*|copy_page\\w*|clear_(?:user|page)\\w*"
              + "|rb_(?:erase|insert|next|first|last|prev|replace)\\w*|xas_\\w+|xa_\\w+|radix_tree_\\w+"
              + "|rhashtable_\\w+|rht_\\w+|idr_\\w+|ida_\\w+|wake_up\\w*|autoremove_wake\\w*"
              + "|register_lock_class|work_is_static_object|queue_work\\w*|queue_delayed_work\\w*"
              + "|lock_timer_base|try_to_del_timer\\w*|timer_delete\\w*|(?:mod|add|del)_timer\\w*|crc\\d*\\w*"
              + "|kobject_(?:get|put)|vsnprintf|snprintf|sprintf|find_\\w*bit|bitmap_\\w+|hweight\\w*)");

  /** Where the CPU comes into the kernel for an interrupt: what follows was interrupted. */
  private static final Pattern INTERRUPT_ENTRY =
      Pattern.compile(
          "_*(?:asm_sysvec\\w*|asm_common_interrupt|common_interrupt\\w*|(?:smp_)?apic_timer_interrupt|ext_int_handler"
              + "|irq_svc|irq_usr|el1h?_(?:64_)?irq|el1_irq|ret_from_intr|decrementer_common\\w*|asm_exc_nmi|nmi"
              + "|reschedule_interrupt|call_function\\w*interrupt|retint_kernel|timer_interrupt|handle_IRQ_event)");

  private static final Pattern CHECK =
      Pattern.compile(
          "_*(?:might_(?:sleep|resched)|schedule_bug|lockdep_rcu_suspicious|rcu_note_context_switch"
              + "|print_circular_bug|check_noncircular|print_deadlock_bug|print_usage_bug"
              + "|print_unlock_imbalance_bug|debug_check_no_locks_\\w+|kasan_report\\w*)");

  private Functions() {}

  /** Whether what is below it was interrupted. */
  static boolean isInterruptEntry(String f) {
    return INTERRUPT_ENTRY.matcher(f).matches();
  }

  /** Whether a function only prints or checks. */
  static boolean isDebug(String f) {
    return DEBUG.matcher(f).matches();
  }

  /** Whether it is a check that prints reports of the kinds that are read. */
  static boolean isCheck(String f) {
    return CHECK.matcher(f).matches();
  }

  /** Whether it allocates or frees for whoever asks. */
  static boolean isAllocation(String f) {
    return ALLOCATION.matcher(f).matches();
  }

  /** Whether it takes or gives back a lock, or opens or closes a section, for whoever asks. */
  static boolean isLocking(String f) {
    return LOCKING.matcher(f).matches();
  }

  /** Whether it gives up the CPU, or waits, for whoever asks. */
  static boolean isScheduler(String f) {
    return SCHEDULER.matcher(f).matches();
  }

  /** Whether it is the way into the kernel, or a thread's first function. */
  static boolean isEntry(String f) {
    return ENTRY.matcher(f).matches();
  }

  /** Whether it is the way of an interrupt that found what is below it. */
  static boolean isInterrupt(String f) {
    return INTERRUPT.matcher(f).matches();
  }

  /** Whether it is a helper of any kind. */
  static boolean isHelper(String f) {
    return isDebug(f)
        || isAllocation(f)
        || isLocking(f)
        || isScheduler(f)
        || LIBRARY.matcher(f).matches();
  }
}
