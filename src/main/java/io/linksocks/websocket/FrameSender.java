package io.linksocks.websocket;

import io.linksocks.protocol.Slice;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The sending half of a connection. Messages are written by the threads that send them; control frames by a virtual
 * thread that lives while there are any, because those who ask for them, above all the reading thread, must not wait
 * for a peer that does not read.
 */
final class FrameSender {
    /** Control frames that wait for their turn; null stands for a frame that does not. */
    private record Pending(boolean ping, byte[] pong, byte[] close) {
        static final Pending NOTHING = new Pending(false, null, null);
    }

    private final FrameWriter frames;
    private final Runnable abort;
    private final RoundTrip roundTrip = new RoundTrip();
    private final CountDownLatch closed = new CountDownLatch(1);
    /** Null when no control thread runs; the one who replaces null starts it. */
    private final AtomicReference<Pending> pending = new AtomicReference<>();

    /** Guards the fields below and is held during a write. Fair, so that a control frame waits for one message at most. */
    private final ReentrantLock writing = new ReentrantLock(true);
    private boolean closeSent;

    /**
     * A sender over one connection.
     *
     * @param abort what ends the connection when a control frame cannot be written
     */
    FrameSender(FrameWriter frames, Runnable abort) {
        this.frames = frames;
        this.abort = abort;
    }

    RoundTrip roundTrip() {
        return roundTrip;
    }

    void message(Slice message) throws IOException {
        writing.lock();
        try {
            if (closeSent) {
                throw new IOException("WebSocket is closed");
            }
            frames.message(Opcode.BINARY, message);
        } finally {
            writing.unlock();
        }
    }

    void ping() {
        queue(old -> new Pending(true, old.pong, old.close));
    }

    /** Only the newest of several pings needs an answer (RFC 6455, section 5.5.3). */
    void pong(byte[] payload) {
        queue(old -> new Pending(old.ping, payload, old.close));
    }

    /** The first Close counts, and nothing is sent after it (RFC 6455, section 5.5.1). */
    void close(int code, String reason) {
        byte[] payload = ClosePayload.write(code, reason);
        queue(old -> new Pending(old.ping, old.pong, old.close == null ? payload : old.close));
    }

    /** Waits until the Close has been written, or could not be. */
    void awaitClose(Duration limit) {
        try {
            closed.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void queue(UnaryOperator<Pending> request) {
        Pending before = pending.getAndUpdate(old -> request.apply(old == null ? Pending.NOTHING : old));
        if (before == null) {
            Threads.start("websocket control", this::sendControl);
        }
    }

    private void sendControl() {
        try {
            boolean more = true;
            while (more) {
                more = sendNext();
            }
        } catch (IOException e) {
            closed.countDown();
            abort.run();
        }
    }

    /** Looks only when its turn has come at what there is to send, so that the newest ping is answered. */
    private boolean sendNext() throws IOException {
        writing.lock();
        try {
            Pending next = pending.getAndSet(Pending.NOTHING);
            if (next == Pending.NOTHING) {
                return !pending.compareAndSet(Pending.NOTHING, null);
            }
            if (!closeSent) {
                write(next);
            }
            return true;
        } finally {
            writing.unlock();
        }
    }

    private void write(Pending next) throws IOException {
        if (next.pong != null) {
            frames.control(Opcode.PONG, next.pong);
        }
        if (next.ping) {
            frames.control(Opcode.PING, roundTrip.ping());
        }
        if (next.close != null) {
            closeSent = true;
            frames.control(Opcode.CLOSE, next.close);
            closed.countDown();
        }
    }
}
