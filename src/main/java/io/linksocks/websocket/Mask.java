package io.linksocks.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Masks and unmasks, which is the same operation (RFC 6455, section 5.3). */
final class Mask {
    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final VarHandle HEAP = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle DIRECT = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private Mask() {}

    /**
     * Masks in place.
     *
     * @param key with its first byte in the highest bits
     */
    static void apply(ByteBuffer buffer, int offset, int length, int key) {
        long pair = (long) key << Integer.SIZE | key & 0xFFFFFFFFL;
        long pattern = LITTLE_ENDIAN ? Long.reverseBytes(pair) : pair;
        int end = offset + length;
        int i = buffer.hasArray() ? heap(buffer.array(), offset, end, pattern) : direct(buffer, offset, end, pattern);
        for (int shift = 24; i < end; i++, shift -= 8) {
            buffer.put(i, (byte) (buffer.get(i) ^ key >>> shift));
        }
    }

    /** Masks eight bytes at a time; returns where fewer are left. A loop that sees one kind of buffer is vectorized. */
    private static int heap(byte[] array, int offset, int end, long pattern) {
        int i = offset;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            HEAP.set(array, i, (long) HEAP.get(array, i) ^ pattern);
        }
        return i;
    }

    private static int direct(ByteBuffer buffer, int offset, int end, long pattern) {
        int i = offset;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            DIRECT.set(buffer, i, (long) DIRECT.get(buffer, i) ^ pattern);
        }
        return i;
    }

    /** Rotates the key for the bytes that follow. */
    static int advance(int key, int bytes) {
        return Integer.rotateLeft(key, Byte.SIZE * (bytes & 3));
    }
}
