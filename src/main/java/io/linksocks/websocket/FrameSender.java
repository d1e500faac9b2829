package io.linksocks.websocket;

import io.linksocks.protocol.Slice;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The sending half of a connection. A message, or a Close, is written by the thread that sends it. Pings and pongs are
 * written by a virtual thread that exists while any are pending, because callers, above all the reading thread, must not
 * block on a peer that does not read.
 */
final class FrameSender {
    /** More pings than a well-behaved peer leaves unanswered; bounds the memory that a flood of them takes. */
    private static final int MAX_PONGS = 16;

    /** Pending control frames. */
    private record Pending(boolean ping, List<byte[]> pongs) {
        static final Pending NOTHING = new Pending(false, List.of());

        Pending withPong(byte[] payload) {
            List<byte[]> all = new ArrayList<>(pongs.size() < MAX_PONGS ? pongs : pongs.subList(1, MAX_PONGS));
            all.add(payload);
            return new Pending(ping, all);
        }
    }

    private final FrameWriter frames;
    private final Runnable abort;
    private final RoundTrip roundTrip = new RoundTrip();
    /** Null when no control thread runs; whoever replaces null starts one. */
    private final AtomicReference<Pending> pending = new AtomicReference<>();

    /** Guards the fields below and is held during a write. Fair, so that a control frame waits for one message at most. */
    private final ReentrantLock writing = new ReentrantLock(true);
    private boolean closeSent;

    /**
     * @param abort ends the connection when a control frame can't be written
     */
    FrameSender(FrameWriter frames, Runnable abort) {
        this.frames = frames;
        this.abort = abort;
    }

    RoundTrip roundTrip() {
        return roundTrip;
    }

    /** Writes a message, after the pongs for all pings read so far. */
    void message(Slice message) throws IOException {
        writing.lock();
        try {
            sendPending();
            if (closeSent) {
                throw new IOException("WebSocket is closed");
            }
            frames.message(message);
        } finally {
            writing.unlock();
        }
    }

    void ping() {
        queue(old -> new Pending(true, old.pongs));
    }

    /** Queues a pong. When too many are pending, drops the oldest, as RFC 6455, section 5.5.3 allows. */
    void pong(byte[] payload) {
        queue(old -> old.withPong(payload));
    }

    /**
     * Writes a Close unless one was written; nothing is sent after it (RFC 6455, section 5.5.1). Blocks like a message, since
     * no other thread need run for it: a peer learns the reason even from an overloaded machine.
     */
    void close(int code, String reason) {
        byte[] payload = new FrameEvent.Close(code, reason).payload();
        writing.lock();
        try {
            sendPending();
            if (!closeSent) {
                closeSent = true;
                frames.control(Opcode.CLOSE, payload);
            }
        } catch (IOException e) {
            abort.run();
        } catch (RuntimeException | Error e) {
            abort.run();
            throw e;
        } finally {
            writing.unlock();
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
            abort.run();
        } catch (RuntimeException | Error e) {
            // No further thread would start, so pings would be neither sent nor answered.
            abort.run();
            throw e;
        }
    }

    private boolean sendNext() throws IOException {
        writing.lock();
        try {
            return sendPending() || !pending.compareAndSet(Pending.NOTHING, null);
        } finally {
            writing.unlock();
        }
    }

    /** Writes pending control frames; returns whether there were any. With the lock held, so the newest ping is answered. */
    private boolean sendPending() throws IOException {
        Pending next = pending.getAndUpdate(old -> old == null ? null : Pending.NOTHING);
        if (next == null || next == Pending.NOTHING) {
            return false;
        }
        if (!closeSent) {
            write(next);
        }
        return true;
    }

    private void write(Pending next) throws IOException {
        for (byte[] pong : next.pongs) {
            frames.control(Opcode.PONG, pong);
        }
        if (next.ping) {
            frames.control(Opcode.PING, roundTrip.ping());
        }
    }
}
