package io.linksocks.proxy;

import io.linksocks.relay.Claimant;
import io.linksocks.util.DeadlineInput;
import io.linksocks.util.DeadlineOutput;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import io.linksocks.util.Watchdog;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** A client of a local port. */
final class LocalClient {
    /** A request comes in a few small pieces; larger reads bypass the buffer. */
    private static final int INPUT_BUFFER = 512;
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(10);

    private final Socket socket;
    private final DeadlineInput timed;
    private final DeadlineOutput out;
    private final PeekableInput in;
    /** Whether a watch may be reading into the buffer. */
    private volatile boolean inputShared;

    LocalClient(Socket socket) throws IOException {
        Sockets.tune(socket);
        Sockets.boundReadAhead(socket);
        this.socket = socket;
        this.timed = new DeadlineInput(socket);
        this.out = new DeadlineOutput(socket, WRITE_TIMEOUT);
        this.in = new PeekableInput(timed, INPUT_BUFFER);
    }

    Socket socket() {
        return socket;
    }

    InetAddress address() {
        return socket.getInetAddress();
    }

    /** The socket's input, where the time for a request is limited. */
    DeadlineInput timed() {
        return timed;
    }

    /** The socket's output for answers before the relay begins, with a time limit for each write. */
    OutputStream out() {
        return out;
    }

    /** A buffer in front of {@link #timed}. */
    InputStream in() {
        return in;
    }

    /** The next byte, which is still to be read; negative at the end. */
    int peek() throws IOException {
        return in.peek();
    }

    /** The buffered input after the request; null when the buffer is empty and stays so. */
    InputStream rest() {
        return inputShared || in.hasBuffered() ? in : null;
    }

    void send(byte[] answer) throws IOException {
        out.write(answer);
    }

    /** The address, for logs. */
    @Override
    public String toString() {
        return Sockets.peer(socket).toString();
    }

    /** The client as one that waits for a channel, and is watched for leaving until {@link #end}. */
    final class Watch extends Claimant {
        /** Most targets are connected before a thread for the watch is worth it. */
        private static final long DELAY_NANOS = TimeUnit.SECONDS.toNanos(1);

        private final Runnable look = this::look;
        private final long began = System.nanoTime();
        /** Guards the next two, so that no thread starts after the end. */
        private final ReentrantLock lock = new ReentrantLock();
        private boolean watching;
        private boolean ended;

        Watch(Object origin) {
            super(origin);
            Watchdog.watch(look);
        }

        private void look() {
            if (System.nanoTime() - began < DELAY_NANOS) {
                return;
            }
            lock.lock();
            try {
                if (!watching && !ended) {
                    watching = true;
                    inputShared = true;
                    Threads.start("client that waits", this::awaitEnd);
                }
            } finally {
                lock.unlock();
            }
        }

        /** Ends with the first byte of a client that does not wait for its answer. */
        private void awaitEnd() {
            try {
                if (peek() >= 0) {
                    return;
                }
            } catch (IOException e) {
                System.getLogger(LocalClient.class.getName()).log(System.Logger.Level.TRACE, "client left", e);
            }
            leave();
        }

        void end() {
            Watchdog.forget(look);
            lock.lock();
            try {
                ended = true;
            } finally {
                lock.unlock();
            }
        }
    }
}
