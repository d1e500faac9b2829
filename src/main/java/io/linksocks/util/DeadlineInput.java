package io.linksocks.util;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A socket's input with one deadline for many reads, so that a peer can't extend it by sending single bytes. Without a limit
 * it is the socket's own input.
 */
public class DeadlineInput extends BlockInput {
    private final Socket socket;
    private final InputStream in;
    private boolean limited;
    private long deadline;
    private Duration afterFirstByte;

    public DeadlineInput(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /** Limits the total time of all reads from now on; past it they throw {@link SocketTimeoutException}. */
    public final void limit(Duration time) {
        limited = true;
        deadline = System.nanoTime() + time.toNanos();
        afterFirstByte = null;
    }

    /** Limits the time for the first byte, and from there for all others. */
    public final void limit(Duration forFirstByte, Duration fromThere) {
        limit(forFirstByte);
        afterFirstByte = fromThere;
    }

    /** Removes the limit. */
    public final void unlimited() throws IOException {
        limited = false;
        socket.setSoTimeout(0);
    }

    /** Whether the first byte of a two-step limit is still missing. */
    public final boolean awaitsFirstByte() {
        return afterFirstByte != null;
    }

    @Override
    public final int read(byte[] buffer, int offset, int length) throws IOException {
        if (!limited) {
            return in.read(buffer, offset, length);
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException("too slow");
        }
        socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
        int count = in.read(buffer, offset, length);
        if (count > 0 && afterFirstByte != null) {
            limit(afterFirstByte);
        }
        return count;
    }

    /** May be overridden for a buffer that should not look beyond what it has read. */
    @Override
    public int available() throws IOException {
        return in.available();
    }
}
