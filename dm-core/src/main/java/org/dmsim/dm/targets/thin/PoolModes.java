package org.dmsim.dm.targets.thin;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.bio.Bio;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.prison.Cell;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.memory.SharedRef;
import org.dmsim.report.KernelSymbol;

/**
 * What a pool does in which mode, and how it gets from one to another: {@code set_pool_mode} of
 * {@code dm-thin.c}, 6.1.
 */
final class PoolModes {

  /** {@code NO_SPACE_TIMEOUT_SECS}: nanoseconds. */
  private static final long NO_SPACE_TIMEOUT = 60_000_000_000L;

  private final Pool pool;
  private final SharedRef<PoolMode> mode = new SharedRef<>("pool->pf.mode", PoolMode.WRITE);

  /** What the table in control asks for; its mode is {@link #mode}. */
  PoolFeatures pf = new PoolFeatures();

  private boolean outOfDataSpace;
  BiConsumer<Thin, Bio> processBio;
  BiConsumer<Thin, Bio> processDiscard;
  BiConsumer<Thin, Cell> processCell;
  BiConsumer<Thin, Cell> processDiscardCell;
  Consumer<NewMapping> processPreparedMapping;
  Consumer<NewMapping> processPreparedDiscard;
  Consumer<NewMapping> processPreparedDiscardPt2;

  PoolModes(Pool pool) {
    this.pool = pool;
  }

  /** {@code get_pool_mode}. */
  PoolMode mode() {
    return mode.readOnce();
  }

  /** {@code get_pool_io_error_code}. */
  BlkStatus ioErrorCode() {
    return outOfDataSpace ? BlkStatus.NOSPC : BlkStatus.IOERR;
  }

  // ---- changing it ------------------------------------------------------------------------------

  @KernelSymbol("notify_of_pool_mode_change")
  private void tell(PoolMode m) {
    String more = "";
    if (m == PoolMode.OUT_OF_DATA_SPACE) {
      more = pf.errorIfNoSpace ? " (error IO)" : " (queue IO)";
    }
    pool.ti.table().event();
    pool.log("switching pool to " + m.words() + more + " mode");
  }

  private void setDiscardCallbacks() {
    Discards d = pool.discards;
    if (pool.ti.adjusted().discardPassdown) {
      processDiscardCell = d::processCellPassdown;
      processPreparedDiscard = d::preparedPassdownPt1;
      processPreparedDiscardPt2 = d::preparedPassdownPt2;
    } else {
      processDiscardCell = d::processCellNoPassdown;
      processPreparedDiscard = d::preparedNoPassdown;
    }
  }

  /** Mirrors {@code set_pool_mode}. */
  @KernelSymbol("set_pool_mode")
  void set(PoolMode wanted) {
    boolean needsCheck = pool.pmd.needsCheck();
    PoolMode old = mode();
    PoolMode m = wanted;
    if (m == PoolMode.WRITE && needsCheck) {
      pool.log("unable to switch pool to write mode until repaired.");
      m = old != m ? old : PoolMode.READ_ONLY;
    }
    if (old == PoolMode.FAIL) {
      m = old;
    }
    switch (m) {
      case FAIL -> fail();
      case OUT_OF_METADATA_SPACE, READ_ONLY -> readOnly();
      case OUT_OF_DATA_SPACE -> outOfDataSpace();
      case WRITE -> write(old);
    }
    mode.writeOnce(m);
    pool.ti.adjusted().mode = m;
    if (old != m) {
      tell(m);
    }
  }

  private void fail() {
    pool.pmd.readOnly(true);
    processBio = (tc, bio) -> bio.ioError();
    processDiscard = processBio;
    processCell = (tc, cell) -> pool.cellError(cell);
    processDiscardCell = processCell;
    processPreparedMapping = pool.provisioning::preparedFail;
    processPreparedDiscard = pool.discards::preparedFail;
    pool.errorRetryList(ioErrorCode());
  }

  private void readOnly() {
    pool.pmd.readOnly(true);
    processBio = pool.provisioning::processBioReadOnly;
    processDiscard = (tc, bio) -> bio.endio();
    processCell = pool.provisioning::processCellReadOnly;
    processDiscardCell = (tc, cell) -> pool.prison.error(cell, BlkStatus.OK);
    processPreparedMapping = pool.provisioning::preparedFail;
    processPreparedDiscard = pool.discards::preparedSuccess;
    pool.errorRetryList(ioErrorCode());
  }

  private void outOfDataSpace() {
    outOfDataSpace = true;
    processBio = pool.provisioning::processBioReadOnly;
    processDiscard = pool.discards::processBio;
    processCell = pool.provisioning::processCellReadOnly;
    processPreparedMapping = pool.provisioning::prepared;
    setDiscardCallbacks();
    if (!pf.errorIfNoSpace) {
      pool.wq.queueDelayed(pool.noSpaceTimeout, NO_SPACE_TIMEOUT);
    }
  }

  private void write(PoolMode old) {
    if (old == PoolMode.OUT_OF_DATA_SPACE) {
      pool.noSpaceTimeout.cancelSync();
    }
    outOfDataSpace = false;
    pf.errorIfNoSpace = pool.ti.requested().errorIfNoSpace;
    pool.pmd.readOnly(false);
    processBio = pool.provisioning::processBio;
    processDiscard = pool.discards::processBio;
    processCell = pool.provisioning::processCell;
    processPreparedMapping = pool.provisioning::prepared;
    setDiscardCallbacks();
  }

  /** A table takes control: mirrors {@code bind_control_target}. */
  @KernelSymbol("bind_control_target")
  void bind(ThinPoolTarget target) {
    PoolMode wanted = target.adjusted().mode;
    target.adjusted().mode = mode();
    pool.ti = target;
    pf = target.adjusted().copy();
    pool.lowWaterBlocks = target.lowWaterBlocks();
    set(wanted);
  }

  /** Mirrors {@code do_no_space_timeout}. */
  @KernelSymbol("do_no_space_timeout")
  void doNoSpaceTimeout() {
    if (mode() == PoolMode.OUT_OF_DATA_SPACE && !pf.errorIfNoSpace) {
      pf.errorIfNoSpace = true;
      tell(mode());
      pool.errorRetryList(BlkStatus.NOSPC);
    }
  }

  // ---- metadata that fail, space that ends ------------------------------------------------------

  @KernelSymbol("abort_transaction")
  private void abortTransaction() {
    pool.log("aborting current metadata transaction");
    try {
      pool.pmd.abort();
    } catch (MetadataException e) {
      pool.log("failed to abort metadata transaction");
      set(PoolMode.FAIL);
    }
    try {
      pool.pmd.setNeedsCheck();
    } catch (MetadataException e) {
      pool.log("failed to set 'needs_check' flag in metadata");
      set(PoolMode.FAIL);
    }
  }

  /** Mirrors {@code metadata_operation_failed}. */
  @KernelSymbol("metadata_operation_failed")
  void operationFailed(String operation, MetadataException e) {
    pool.log("metadata operation '" + operation + "' failed: error = -" + e.errno());
    abortTransaction();
    set(PoolMode.READ_ONLY);
  }

  /** Mirrors {@code check_for_metadata_space}. */
  private void checkForMetadataSpace() {
    String reason = null;
    try {
      if (pool.pmd.freeMetadataBlocks() == 0) {
        reason = "No free metadata blocks";
      }
    } catch (MetadataException e) {
      reason = "Could not get free metadata blocks";
    }
    if (reason != null && !mode().isReadOnly()) {
      DmLog.say(Pool.PREFIX, reason);
      set(PoolMode.OUT_OF_METADATA_SPACE);
    }
  }

  /** Mirrors {@code check_for_data_space}. */
  private void checkForDataSpace() {
    if (mode() != PoolMode.OUT_OF_DATA_SPACE) {
      return;
    }
    try {
      if (pool.pmd.freeDataBlocks() != 0) {
        set(PoolMode.WRITE);
        pool.requeueBios();
      }
    } catch (MetadataException e) {
      return;
    }
  }

  /** Mirrors {@code commit}: false if the metadata could not be, or may not be, written. */
  @KernelSymbol("commit")
  boolean commit() {
    if (mode().isReadOnlyOrWorse()) {
      return false;
    }
    try {
      pool.pmd.commit();
    } catch (MetadataException e) {
      operationFailed("dm_pool_commit_metadata", e);
      return false;
    }
    checkForMetadataSpace();
    checkForDataSpace();
    return true;
  }
}
