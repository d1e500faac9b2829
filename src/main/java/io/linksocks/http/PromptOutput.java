package io.linksocks.http;

import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;

/** Ends the connection when a write takes too long: a peer that does not read must not keep a thread for ever. */
final class PromptOutput extends OutputStream {
    private final OutputStream out;
    private final Socket connection;
    private final Duration limit;

    PromptOutput(OutputStream out, Socket connection, Duration limit) {
        this.out = out;
        this.connection = connection;
        this.limit = limit;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ScheduledFuture<?> timeout = Threads.later(limit, () -> Sockets.close(connection));
        try {
            out.write(bytes, offset, length);
        } finally {
            timeout.cancel(false);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }
}
