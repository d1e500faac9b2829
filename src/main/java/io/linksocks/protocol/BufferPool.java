package io.linksocks.protocol;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;

/**
 * Buffers of two sizes for bulk messages, so a busy stream reuses memory that is in the caches, and creates little garbage. A
 * buffer that is never released is garbage-collected.
 */
public final class BufferPool {
    /** Payload of a bulk message while channels share the link: larger ones would make other channels wait longer. */
    public static final int PAYLOAD = 64 << 10;
    /** Payload of a bulk message while no other channel waits: takes fewer system calls and wakes. */
    public static final int LARGE_PAYLOAD = (256 << 10) - 64;
    /** A buffer that is kept for a while may be this many times as long as its content. */
    public static final int WASTE = 4;
    /** Length of the smaller buffers: all headers and {@link #PAYLOAD}. */
    public static final int SIZE = MessageWriter.DATA_ROOM + PAYLOAD;
    /** Length of the larger ones. */
    private static final int LARGE_SIZE = MessageWriter.DATA_ROOM + LARGE_PAYLOAD;
    /** The limit of pooled bytes per size, lower with a small heap. */
    private static final int KEPT = (int) Math.min(4 << 20, Runtime.getRuntime().maxMemory() / 64);

    /** Arrays, for what is compressed, sealed or sent over TLS. */
    public static final BufferPool HEAP = new BufferPool(ByteBuffer::allocate, KEPT, false);
    /**
     * Memory outside the heap, for what goes from socket to socket. The garbage collector does not know its size, so it is
     * limited; what is taken beyond that is on the heap.
     */
    public static final BufferPool DIRECT = new BufferPool(ByteBuffer::allocateDirect, 2 * KEPT, true);

    private final Shelf small;
    private final Shelf large;

    private BufferPool(IntFunction<ByteBuffer> maker, int kept, boolean limited) {
        small = new Shelf(SIZE, maker, kept / SIZE, limited);
        large = new Shelf(LARGE_SIZE, maker, kept / LARGE_SIZE, limited);
    }

    /** A buffer of at least this length with arbitrary content; a pooled one unless that wastes too much. */
    public ByteBuffer atLeast(int length) {
        if (length <= SIZE / WASTE || length > LARGE_SIZE) {
            return ByteBuffer.allocate(length);
        }
        return length <= SIZE ? take() : takeLarge();
    }

    /** A buffer of the smaller size with arbitrary content. */
    public ByteBuffer take() {
        ByteBuffer buffer = small.take();
        return buffer == null ? HEAP.small.take() : buffer;
    }

    /** A buffer of the larger size with arbitrary content. */
    public ByteBuffer takeLarge() {
        ByteBuffer buffer = large.take();
        return buffer == null ? HEAP.large.take() : buffer;
    }

    /** Returns a buffer that is no longer in use; one of another size is left to the garbage collector. */
    public static void release(ByteBuffer buffer) {
        BufferPool pool = buffer.isDirect() ? DIRECT : HEAP;
        if (buffer.capacity() == SIZE) {
            pool.small.put(buffer);
        } else if (buffer.capacity() == LARGE_SIZE) {
            pool.large.put(buffer);
        }
    }

    private static final class Shelf {
        private final int size;
        private final IntFunction<ByteBuffer> maker;
        private final int most;

        /** Guards all below. */
        private final ReentrantLock lock = new ReentrantLock();
        private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
        /** Null without a limit; otherwise what was made and is not garbage. */
        private final List<WeakReference<ByteBuffer>> made;

        /** @param limited whether no more exist at once than are kept */
        Shelf(int size, IntFunction<ByteBuffer> maker, int most, boolean limited) {
            this.size = size;
            this.maker = maker;
            this.most = most;
            this.made = limited ? new ArrayList<>() : null;
        }

        /** Returns null at the limit. */
        ByteBuffer take() {
            lock.lock();
            try {
                ByteBuffer buffer = free.pollLast();
                if (buffer != null || made == null) {
                    return buffer == null ? maker.apply(size) : buffer;
                }
                return isAtLimit() ? null : make();
            } finally {
                lock.unlock();
            }
        }

        private boolean isAtLimit() {
            if (made.size() >= most) {
                made.removeIf(buffer -> buffer.refersTo(null));
            }
            return made.size() >= most;
        }

        private ByteBuffer make() {
            ByteBuffer buffer = maker.apply(size);
            made.add(new WeakReference<>(buffer));
            return buffer;
        }

        void put(ByteBuffer buffer) {
            lock.lock();
            try {
                if (free.size() < most) {
                    free.addLast(buffer.clear());
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
