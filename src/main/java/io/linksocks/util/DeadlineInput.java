package io.linksocks.util;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A socket's input whose reads must all be over by a deadline, however slowly the bytes drip in. */
public final class DeadlineInput extends InputStream {
    private final Socket socket;
    private final InputStream in;
    private long deadline;
    private boolean armed;

    public DeadlineInput(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /** From now on, reads together may take this long; past it they throw {@link SocketTimeoutException}. */
    public void arm(Duration limit) {
        deadline = System.nanoTime() + limit.toNanos();
        armed = true;
    }

    /** From now on, reads may take for ever. */
    public void disarm() throws IOException {
        armed = false;
        socket.setSoTimeout(0);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (armed) {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (millis <= 0) {
                throw new SocketTimeoutException("too slow");
            }
            socket.setSoTimeout((int) Math.min(millis, Integer.MAX_VALUE));
        }
        return in.read(bytes, offset, length);
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }
}
