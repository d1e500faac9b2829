package io.linksocks.proxy;

import io.linksocks.util.DeadlineInput;
import io.linksocks.util.DeadlineOutput;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;

/** Whoever has connected to a local port. */
final class LocalClient {
    /** A request comes in a few small pieces; larger reads bypass the buffer. */
    private static final int INPUT_BUFFER = 512;
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(10);

    private final Socket socket;
    private final DeadlineInput timed;
    private final DeadlineOutput out;
    private final PeekableInput in;
    /** Whether another thread may be reading into the buffer. */
    private volatile boolean inputShared;

    LocalClient(Socket socket) throws IOException {
        Sockets.tune(socket);
        this.socket = socket;
        this.timed = new DeadlineInput(socket);
        this.out = new DeadlineOutput(socket, WRITE_TIMEOUT);
        this.in = new PeekableInput(timed, INPUT_BUFFER);
    }

    Socket socket() {
        return socket;
    }

    /** The socket's input, where the time for a request is limited. */
    DeadlineInput timed() {
        return timed;
    }

    /** The socket's output for answers before the relay begins, with a time limit for each write. */
    OutputStream out() {
        return out;
    }

    /** A buffer in front of it, which lets one byte be looked at. */
    InputStream in() {
        return in;
    }

    /** From now on another thread may look at the next byte, so that nobody may read past the buffer. */
    void shareInput() {
        inputShared = true;
    }

    /** The next byte, which is still to be read; negative at the end. */
    int peek() throws IOException {
        return in.peek();
    }

    /** The buffer in front of the socket; null when there is and will be nothing in it. */
    InputStream rest() throws IOException {
        // Asked first, so that bytes that arrive meanwhile count as buffered.
        int inSocket = timed.available();
        return inputShared || in.available() > inSocket ? in : null;
    }

    void send(byte[] answer) throws IOException {
        out.write(answer);
    }

    /** The address, for logs. */
    @Override
    public String toString() {
        return Sockets.peer(socket).toString();
    }
}
