package io.linksocks.relay;

import io.linksocks.util.DeadlineInput;
import io.linksocks.util.Sockets;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/**
 * Whoever has connected to a local port.
 *
 * @param timed the socket's input, where the time for a request is limited
 * @param in a buffer in front of it, which lets one byte be looked at
 */
record LocalClient(Socket socket, DeadlineInput timed, InputStream in) {
    /** A request comes in a few small pieces; larger reads bypass the buffer. */
    private static final int INPUT_BUFFER = 512;

    static LocalClient of(Socket socket) throws IOException {
        Sockets.tune(socket);
        DeadlineInput timed = new DeadlineInput(socket);
        return new LocalClient(socket, timed, new BufferedInputStream(timed, INPUT_BUFFER));
    }

    /** The next byte, which is still to be read; negative at the end. */
    int peek() throws IOException {
        in.mark(1);
        int next = in.read();
        in.reset();
        return next;
    }

    /** What it says from now on; without the buffer when there can't be anything in it. */
    InputStream rest() throws IOException {
        return in.available() > 0 ? in : socket.getInputStream();
    }

    void send(byte[] answer) throws IOException {
        socket.getOutputStream().write(answer);
    }

    /** The address, for logs. */
    @Override
    public String toString() {
        return Sockets.peer(socket).toString();
    }
}
