package io.linksocks.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Masks and unmasks, which is the same operation (RFC 6455, section 5.3). */
final class Mask {
    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private Mask() {}

    /**
     * Masks in place.
     *
     * @param key with its first byte in the highest bits
     */
    static void apply(byte[] array, int offset, int length, int key) {
        long pair = (long) key << Integer.SIZE | key & 0xFFFFFFFFL;
        long pattern = LITTLE_ENDIAN ? Long.reverseBytes(pair) : pair;
        int end = offset + length;
        int i = offset;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            LONGS.set(array, i, (long) LONGS.get(array, i) ^ pattern);
        }
        for (int shift = 24; i < end; i++, shift -= 8) {
            array[i] ^= (byte) (key >>> shift);
        }
    }

    /** Rotates the key for the bytes that follow. */
    static int advance(int key, int bytes) {
        return Integer.rotateLeft(key, Byte.SIZE * (bytes & 3));
    }
}
