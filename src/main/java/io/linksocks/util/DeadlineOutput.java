package io.linksocks.util;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** A socket's output that closes the socket when a write takes too long, so that a peer that does not read holds no thread. */
public final class DeadlineOutput extends OutputStream implements CountedOutput {
    /** The limit applies to each piece, so a large response may take longer on a slow link. */
    private static final int PIECE = 64 << 10;

    /** The header of a frame, and the kernel's for each packet: a socket buffer and room for all headers. */
    private static final int WRITE_OVERHEAD = 2048;

    private final Socket socket;
    private final OutputStream out;
    private final Duration limit;
    private final AtomicLong written = new AtomicLong();
    private volatile BooleanSupplier limited = () -> true;

    /** @param limit for each 64 KiB */
    public DeadlineOutput(Socket socket, Duration limit) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.limit = limit;
    }

    @Override
    public long written() {
        return written.get();
    }

    @Override
    public long cost(int length) {
        return length + WRITE_OVERHEAD;
    }

    /** Removes the limit at the first write for which this is false. */
    public void limitWhile(BooleanSupplier condition) {
        limited = condition;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        written.addAndGet(cost(length));
        if (!isLimited()) {
            out.write(bytes, offset, length);
            return;
        }
        for (int done = 0; done < length; done += PIECE) {
            writeInTime(bytes, offset + done, Math.min(PIECE, length - done));
        }
    }

    /** Like {@link #write(byte[])}; without a copy of a direct buffer if the socket has a channel, once the limit is gone. */
    public void write(ByteBuffer bytes) throws IOException {
        SocketChannel channel = socket.getChannel();
        if (channel != null && !isLimited()) {
            written.addAndGet(cost(bytes.remaining()));
            Sockets.write(channel, bytes);
            return;
        }
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        write(array);
    }

    private boolean isLimited() {
        BooleanSupplier condition = limited;
        if (condition != null && !condition.getAsBoolean()) {
            limited = null;
        }
        return limited != null;
    }

    private void writeInTime(byte[] bytes, int offset, int length) throws IOException {
        TimeLimit timeout = new TimeLimit(limit, () -> Sockets.close(socket));
        try (timeout) {
            out.write(bytes, offset, length);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }
}
