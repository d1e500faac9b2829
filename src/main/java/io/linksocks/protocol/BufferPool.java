package io.linksocks.protocol;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Buffers of two sizes for bulk messages, so a busy stream reuses memory that is in the caches, and creates little garbage. A
 * buffer that is never released is garbage-collected.
 */
public final class BufferPool {
    /** Payload of a bulk message while channels share the link: larger ones would make other channels wait longer. */
    public static final int PAYLOAD = 64 << 10;
    /** Payload of a bulk message while no other channel waits: takes fewer system calls and wakes. */
    public static final int LARGE_PAYLOAD = (256 << 10) - 64;
    /** An array that is kept for a while may be this many times as long as its content. */
    public static final int WASTE = 4;
    /** Length of the smaller buffers: all headers and {@link #PAYLOAD}. */
    public static final int SIZE = MessageWriter.DATA_ROOM + PAYLOAD;
    /** Length of the larger ones. */
    private static final int LARGE_SIZE = MessageWriter.DATA_ROOM + LARGE_PAYLOAD;
    /** The limit of pooled bytes per size, lower with a small heap. */
    private static final long KEPT = Math.min(4 << 20, Runtime.getRuntime().maxMemory() / 64);

    private static final Shelf BUFFERS = new Shelf(SIZE);
    private static final Shelf LARGE_BUFFERS = new Shelf(LARGE_SIZE);

    private BufferPool() {}

    /** An array of at least this length with arbitrary content; a pooled one unless that wastes too much. */
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
