package io.linksocks.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A socket's input with one deadline for many reads: a peer that sends a byte now and then gets no more time than one
 * that sends nothing. {@code available()} stays 0, which spares the buffer in front a system call per read.
 */
final class DeadlineInputStream extends InputStream {
    private final Socket socket;
    private final InputStream in;
    private boolean limited;
    private long deadline;
    private Duration afterFirstByte;

    DeadlineInputStream(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /** Allows this much time from now on. */
    void limit(Duration time) {
        limited = true;
        deadline = System.nanoTime() + time.toNanos();
        afterFirstByte = null;
    }

    /** Allows one time for the first byte, and another from there. */
    void limit(Duration forFirstByte, Duration fromThere) {
        limit(forFirstByte);
        afterFirstByte = fromThere;
    }

    void unlimited() throws IOException {
        limited = false;
        socket.setSoTimeout(0);
    }

    /** Whether the first byte of a two-step limit is still missing. */
    boolean awaitsFirstByte() {
        return afterFirstByte != null;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (!limited) {
            return in.read(buffer, offset, length);
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException("deadline passed");
        }
        socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
        int count = in.read(buffer, offset, length);
        if (count > 0 && afterFirstByte != null) {
            limit(afterFirstByte);
        }
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }
}
