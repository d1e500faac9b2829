package io.linksocks.protocol;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Buffers of two sizes for bulk messages, so that a busy stream touches the same few pages again and again instead of
 * fresh heap. Forgetting to give one back costs nothing but the reuse.
 */
public final class BufferPool {
    /** Stream bytes in one bulk message: larger ones only lengthen the wait of other channels. */
    public static final int PAYLOAD = 64 << 10;
    /** Stream bytes in one that no other channel waits for: a quarter of the system calls and wakes. */
    public static final int LARGE_PAYLOAD = (256 << 10) - 64;
    /** How many times as long as what it holds an array may be that is kept for a while. */
    public static final int WASTE = 4;
    /** Length of the smaller buffers: room for all headers and the payload. */
    public static final int SIZE = MessageWriter.DATA_ROOM + PAYLOAD;
    /** Length of the larger ones. */
    private static final int LARGE_SIZE = MessageWriter.DATA_ROOM + LARGE_PAYLOAD;
    /** Bytes of each size that are kept for reuse at the most, fewer with a small heap. */
    private static final long KEPT = Math.min(8 << 20, Runtime.getRuntime().maxMemory() / 32);

    private static final Shelf BUFFERS = new Shelf(SIZE);
    private static final Shelf LARGE_BUFFERS = new Shelf(LARGE_SIZE);

    private BufferPool() {}

    /** An array of at least this length, with arbitrary content: a pooled one where that saves more than it wastes. */
    public static byte[] atLeast(int length) {
        if (length <= SIZE / WASTE || length > LARGE_SIZE) {
            return new byte[length];
        }
        return length <= SIZE ? BUFFERS.take() : LARGE_BUFFERS.take();
    }

    /** A buffer of the smaller size with arbitrary content. */
    public static byte[] take() {
        return BUFFERS.take();
    }

    /** A buffer of the larger size with arbitrary content. */
    public static byte[] takeLarge() {
        return LARGE_BUFFERS.take();
    }

    /** Returns an array that is no longer in use; one of another size is left to the garbage collector. */
    public static void release(byte[] buffer) {
        if (buffer.length == SIZE) {
            BUFFERS.put(buffer);
        } else if (buffer.length == LARGE_SIZE) {
            LARGE_BUFFERS.put(buffer);
        }
    }

    private static final class Shelf {
        private final int size;

        /** Guards all below. */
        private final ReentrantLock lock = new ReentrantLock();
        private final byte[][] buffers;
        private int count;

        Shelf(int size) {
            this.size = size;
            this.buffers = new byte[(int) (KEPT / size)][];
        }

        byte[] take() {
            lock.lock();
            try {
                if (count > 0) {
                    byte[] buffer = buffers[--count];
                    buffers[count] = null;
                    return buffer;
                }
            } finally {
                lock.unlock();
            }
            return new byte[size];
        }

        void put(byte[] buffer) {
            lock.lock();
            try {
                if (count < buffers.length) {
                    buffers[count++] = buffer;
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
