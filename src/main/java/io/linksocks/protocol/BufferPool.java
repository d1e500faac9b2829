package io.linksocks.protocol;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Buffers of one size for bulk messages, so that a busy stream touches the same few pages again and again instead of
 * fresh heap. Forgetting to give one back costs nothing but the reuse.
 */
public final class BufferPool {
    /** Stream bytes in one bulk message: larger ones only lengthen the wait of other channels. */
    public static final int PAYLOAD = 64 << 10;
    /** Length of every buffer: room for all headers and the payload. */
    public static final int SIZE = MessageWriter.DATA_ROOM + PAYLOAD;
    /** Kept for reuse at the most: 8 MiB, or less with a small heap. */
    private static final int CAPACITY = (int) Math.min(128, Runtime.getRuntime().maxMemory() / 16 / SIZE);

    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final byte[][] FREE = new byte[CAPACITY][];
    private static int free;

    private BufferPool() {}

    /** An array of at least this length, with arbitrary content: a pooled one where that saves more than it wastes. */
    public static byte[] atLeast(int length) {
        return length > SIZE / 4 && length <= SIZE ? take() : new byte[length];
    }

    /** A buffer with arbitrary content. */
    public static byte[] take() {
        LOCK.lock();
        try {
            if (free > 0) {
                byte[] buffer = FREE[--free];
                FREE[free] = null;
                return buffer;
            }
        } finally {
            LOCK.unlock();
        }
        return new byte[SIZE];
    }

    /** Gives back an array that nobody uses any more; one that is not of the pool's size is left to the collector. */
    public static void release(byte[] buffer) {
        if (buffer.length != SIZE) {
            return;
        }
        LOCK.lock();
        try {
            if (free < CAPACITY) {
                FREE[free++] = buffer;
            }
        } finally {
            LOCK.unlock();
        }
    }
}
