package org.dmsim;

final class ArchitectureTest extends ModuleArchitecture {
  ArchitectureTest() {
    super(Module.JUNIT);
  }
}
