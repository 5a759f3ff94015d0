/**
 * The door: lets unmodified Linux programs talk to the modelled kernel.
 *
 * <p>A program runs as an ordinary process of the host. A seccomp filter hands those of its system
 * calls to dmsim that name a simulated device, or a descriptor of one; all others go to the host's
 * kernel. Who wants to understand the package begins with {@link
 * org.dmsim.scenarios.door.SystemCall}, the table of the calls, and goes on with {@code Session},
 * which answers them.
 *
 * <p>Nothing here is loaded unless a command asks for it, and nothing of the model knows of it.
 */
package org.dmsim.scenarios.door;
