package org.dmsim.dm.targets.crypt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** How initialisation vectors are made: {@code struct crypt_iv_operations}, 6.1. */
abstract class IvMode {

  static final VarHandle LITTLE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  static final VarHandle BIG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /**
   * Whether it fits the cipher; once, when the key is set.
   *
   * @return whether it does; the words of the kernel's own reason are lost to those of its caller
   */
  boolean fits(CryptCipher cipher) {
    return true;
  }

  /**
   * Takes what it needs of a new key.
   *
   * @return 0 or a negative errno
   */
  int init(CryptCipher cipher) {
    return 0;
  }

  /** Forgets the key. */
  void wipe() {}

  /** Makes the vector of a unit, before the cipher gets it. */
  abstract void generate(CryptCipher cipher, DataUnit u);

  /** What is still to be done to a unit behind the cipher. */
  void post(CryptCipher cipher, DataUnit u) {}

  /** Whether what is to be encrypted is where it will be written once the vector is made. */
  boolean preprocesses() {
    return false;
  }

  /**
   * The mode of a name.
   *
   * @return null if there is none of that name
   */
  static IvMode of(String name) {
    return switch (name) {
      case "plain" -> new SectorIv.Plain();
      case "plain64", "essiv" -> new SectorIv.Plain64();
      case "plain64be" -> new SectorIv.Plain64Be();
      case "benbi" -> new SectorIv.Benbi();
      case "null" -> new SectorIv.Null();
      case "eboiv" -> new EboIv();
      case "elephant" -> new ElephantIv();
      case "lmk" -> new LmkIv();
      case "tcw" -> new TcwIv();
      case "random" -> new SectorIv.Random();
      default -> null;
    };
  }
}
