package example;

import org.dmsim.block.bio.Bio;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.TargetError;

/** {@code hasty DEVICE}: a target as somebody writes it first, who does not count its arguments. */
@DmTargetType(name = "hasty")
public final class HastyTarget extends DmTarget {

  @Override
  public void ctr(String[] argv) throws TargetError {
    getDevice(argv[0], "Device lookup failed");
  }

  @Override
  public MapResult map(Bio bio) {
    throw new UnsupportedOperationException("not written yet");
  }
}
