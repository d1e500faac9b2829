package io.linksocks.util;

import static java.lang.System.Logger.Level.ERROR;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A platform thread that waits for the sockets of idle connections. It never blocks except in the selector. The process has
 * one for every two processors.
 */
public final class EventLoop {
    private static final int SCRATCH = 64 << 10;
    private static final int MAX_LOOPS = 16;
    private static final System.Logger LOG = System.getLogger(EventLoop.class.getName());

    /** What happens to a socket in the loop; called by its thread, so it must not block. */
    public interface Handler {
        /** @param scratch a direct buffer to read into; its content is lost when this returns */
        void onReadable(ByteBuffer scratch);

        /** Called after the socket was closed by {@link Sockets}; it has left the loop. */
        void onClosed();
    }

    private static final int LOOPS = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MAX_LOOPS);
    private static final List<EventLoop> OF_PROCESS = new CopyOnWriteArrayList<>();
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final ReentrantLock OPENING = new ReentrantLock();

    private final Selector selector = Selector.open();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH);
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** Whether the loop waits, or is about to, and nobody has woken it. */
    private final AtomicBoolean waiting = new AtomicBoolean();

    private EventLoop() throws IOException {
        Threads.shared().name("event loop").start(this::run);
    }

    /**
     * One of the loops of the process, in turn. They start with their first use.
     *
     * @throws IOException when it can't start, mostly because the process has no descriptor left; a later call tries again
     */
    public static EventLoop next() throws IOException {
        if (OF_PROCESS.size() < LOOPS) {
            open();
        }
        return OF_PROCESS.get(Math.floorMod(NEXT.getAndIncrement(), OF_PROCESS.size()));
    }

    private static void open() throws IOException {
        OPENING.lock();
        try {
            if (OF_PROCESS.size() < LOOPS) {
                OF_PROCESS.add(new EventLoop());
            }
        } finally {
            OPENING.unlock();
        }
    }

    /**
     * Makes a socket non-blocking and waits for it from the next {@link #wakeup} on.
     *
     * @return the key, which the handler cancels to take the socket out of the loop
     * @throws java.nio.channels.CancelledKeyException when it was taken out a moment ago
     */
    public SelectionKey add(SelectableChannel socket, Handler handler) throws IOException {
        socket.configureBlocking(false);
        return socket.register(selector, SelectionKey.OP_READ, handler);
    }

    /** Lets the loop look at what was added, which it does by itself after what it is doing now. */
    public void wakeup() {
        if (waiting.compareAndSet(true, false)) {
            selector.wakeup();
        }
    }

    /** Runs a task on the loop's thread. */
    public void execute(Runnable task) {
        tasks.add(task);
        wakeup();
    }

    /** Closes a socket that may be in a loop: its descriptor is released, and its handler told, by the loop's thread. */
    static void close(SelectableChannel socket) throws IOException {
        if (!socket.isRegistered()) {
            socket.close();
            return;
        }
        for (EventLoop loop : OF_PROCESS) {
            SelectionKey key = socket.keyFor(loop.selector);
            if (key != null) {
                socket.close();
                loop.execute(((Handler) key.attachment())::onClosed);
            }
        }
        socket.close();
    }

    private void run() {
        while (true) {
            try {
                await();
            } catch (IOException e) {
                LOG.log(ERROR, "can't wait for sockets", e);
            }
            waiting.set(false);
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                Threads.runReporting(task);
            }
        }
    }

    private void await() throws IOException {
        waiting.set(true);
        if (tasks.isEmpty()) {
            selector.select(this::onReady);
        } else {
            selector.selectNow(this::onReady);
        }
    }

    private void onReady(SelectionKey key) {
        waiting.set(false);
        try {
            if (key.isValid()) {
                ((Handler) key.attachment()).onReadable(scratch);
            }
        } catch (RuntimeException | Error e) {
            // Others depend on this thread.
            Threads.onUncaught(Thread.currentThread(), e);
        }
    }
}
