package io.linksocks.relay;

import io.linksocks.util.EventLoop;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The socket of a relay while it is quiet: new, idle, or in a conversation of small messages. It is non-blocking then; the
 * event loop reads it and sends at once, and the session's reader writes to it, so no thread of the relay is woken.
 *
 * <p>Both give up before they would wait. The socket becomes a blocking one again, and the relay's threads go on with what
 * was read or received and not passed on.
 */
public abstract class QuietSocket implements EventLoop.Handler {
    private final SelectableChannel socket;

    /** Guards the fields below, and which mode the socket is in. Held while something is written without blocking. */
    private final ReentrantLock lock = new ReentrantLock();
    private boolean quiet;
    private boolean leaving;
    /** Threads that may write to the socket. */
    private int writers;
    private EventLoop loop;
    /** Null while the socket is not in the loop. */
    private SelectionKey key;
    private IOException failure;
    private Thread waiter;

    protected QuietSocket(SelectableChannel socket) {
        this.socket = socket;
    }

    /**
     * Reads from the socket and sends, neither of which waits; called by the event loop.
     *
     * @param scratch a direct buffer to read into
     * @return false when the thread has to go on
     */
    protected abstract boolean relay(ByteBuffer scratch) throws IOException;

    /** Writes what has been received without waiting; returns false when a thread has to go on. */
    protected abstract boolean writeAll();

    /** Starts that thread, which calls {@link #endWriting}. */
    protected abstract void startWriter();

    // --- by the thread that reads ------------------------------------------------------------------------------------

    /** Makes the socket quiet before {@link #awaitTraffic}; nobody reads it until then. */
    final void begin() {
        lock.lock();
        try {
            socket.configureBlocking(false);
            quiet = true;
        } catch (IOException closed) {
            // The first read fails.
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits while the socket is quiet. It blocks again when this returns, and nobody else reads it.
     *
     * @throws IOException that a read has thrown
     */
    public final void awaitTraffic() throws IOException {
        if (!enter()) {
            return;
        }
        if (loop != null) {
            // Without the lock, which the session's reader may need for the first answer.
            loop.wakeup();
        }
        while (isQuiet()) {
            LockSupport.park(this);
            // Nobody interrupts a relay, but park would not wait for one that was interrupted.
            Thread.interrupted();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private boolean enter() {
        lock.lock();
        try {
            if (writers > 0) {
                return false;
            }
            waiter = Thread.currentThread();
            quiet = true;
            leaving = false;
            failure = null;
            loop = loop == null ? EventLoop.next() : loop;
            key = loop.add(socket, this);
            if (!socket.isOpen()) {
                leave();
            }
        } catch (IOException | CancelledKeyException e) {
            leave();
        } finally {
            lock.unlock();
        }
        return true;
    }

    private boolean isQuiet() {
        lock.lock();
        try {
            return quiet;
        } finally {
            lock.unlock();
        }
    }

    // --- by the event loop -------------------------------------------------------------------------------------------

    @Override
    public final void onReadable(ByteBuffer scratch) {
        try {
            if (!relay(scratch)) {
                giveUp();
            }
        } catch (IOException e) {
            failure = e;
            giveUp();
        } catch (RuntimeException | Error e) {
            failure = new IOException("failed: " + e, e);
            giveUp();
            throw e;
        }
    }

    @Override
    public final void onClosed() {
        giveUp();
    }

    private void giveUp() {
        lock.lock();
        try {
            leave();
        } finally {
            lock.unlock();
        }
    }

    /** By the loop's thread; by any while the socket is not in the loop. */
    private void leave() {
        if (!quiet) {
            return;
        }
        quiet = false;
        try {
            if (key != null) {
                key.cancel();
                key = null;
            }
            socket.configureBlocking(true);
        } catch (IOException closed) {
            // It is closed, so the next read fails.
        }
        if (leaving) {
            startWriting();
        }
        LockSupport.unpark(waiter);
    }

    // --- by the session's reader, or whoever closes the channel --------------------------------------------------------

    /**
     * Writes what has been received, if the socket is quiet and takes it; starts a thread otherwise. Does not wait for
     * whoever writes just now: memory that one socket needs may be taken from the channel of another, and the other way
     * round.
     */
    public final void write() {
        if (lock.tryLock()) {
            writeLocked();
        } else {
            Threads.start("to socket", () -> {
                lock.lock();
                writeLocked();
            });
        }
    }

    private void writeLocked() {
        try {
            if (!quiet) {
                startWriting();
            } else if (!leaving && !writeAll()) {
                leaving = true;
                if (key == null) {
                    leave();
                } else {
                    loop.execute(this::giveUp);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void startWriting() {
        writers++;
        startWriter();
    }

    // --- by the threads that write -----------------------------------------------------------------------------------

    /** Called by a thread that was not started here, before it writes. */
    final void beginWriting() {
        lock.lock();
        try {
            writers++;
        } finally {
            lock.unlock();
        }
    }

    /** Called by a thread that won't write any more. */
    public final void endWriting() {
        lock.lock();
        try {
            writers--;
        } finally {
            lock.unlock();
        }
    }
}
