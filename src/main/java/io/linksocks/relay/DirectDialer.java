package io.linksocks.relay;

import io.linksocks.util.Endpoint;
import io.linksocks.util.RareWarning;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Dials targets itself; a name with several addresses is tried in the Happy Eyeballs way. */
public final class DirectDialer implements Dialer {
    /** RFC 8305, section 5: Connection Attempt Delay. */
    private static final Duration ATTEMPT_DELAY = Duration.ofMillis(250);

    private static final RareWarning SHORTAGE = new RareWarning(System.getLogger(DirectDialer.class.getName()));

    @Override
    public Socket connect(Endpoint target, Duration timeout) throws IOException {
        long began = System.nanoTime();
        List<InetAddress> addresses = List.of(Resolver.resolve(target, timeout));
        return connect(target, addresses, timeout.minusNanos(System.nanoTime() - began));
    }

    @Override
    public Socket connect(Endpoint target, List<InetAddress> addresses, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            return connect(interleave(addresses), target.port(), deadline);
        } catch (SocketTimeoutException e) {
            throw new SocketTimeoutException(target + ": no answer within " + timeout.toSeconds() + " s");
        } catch (IOException e) {
            throw new DialException(DialError.ofSystem(e), target + ": " + e.getMessage());
        }
    }

    /** @param deadline on the {@link System#nanoTime} scale */
    static Socket connect(List<InetAddress> addresses, int port, long deadline) throws IOException {
        return addresses.size() == 1
                ? attempt(addresses.get(0), port, deadline)
                : new Race(addresses, port, deadline).run();
    }

    @Override
    public DatagramPath openDatagramPath(Duration timeout) throws IOException {
        try {
            return new DirectDatagramPath();
        } catch (IOException e) {
            throw shortage(e);
        }
    }

    private static Socket attempt(InetAddress address, int port, long deadline) throws IOException {
        Socket socket = open();
        try {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            socket.connect(new InetSocketAddress(address, port), (int) Math.max(1, millis));
            return socket;
        } catch (BindException e) {
            socket.close();
            throw shortage(e);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            socket.close();
            throw e;
        }
    }

    /** Gets a descriptor from the system. */
    private static Socket open() throws IOException {
        // Never through a proxy that the JDK has been told of: the dialer that goes through one is another.
        Socket socket = new Socket(Proxy.NO_PROXY);
        try {
            Sockets.tune(socket);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw shortage(e);
        }
    }

    /** Says what is wrong here and not at the target, which otherwise only the client would be told. */
    private static IOException shortage(IOException e) {
        SHORTAGE.warn("can't open connections to targets: " + e.getMessage());
        return new DialException(DialError.OTHER, e.getMessage());
    }

    /** RFC 8305, section 4: the families take turns, beginning with the family that the resolver prefers. */
    static List<InetAddress> interleave(List<InetAddress> addresses) {
        List<InetAddress> first = new ArrayList<>();
        List<InetAddress> second = new ArrayList<>();
        for (InetAddress address : addresses) {
            (address.getClass() == addresses.get(0).getClass() ? first : second).add(address);
        }
        List<InetAddress> result = new ArrayList<>(addresses.size());
        for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
            if (i < first.size()) {
                result.add(first.get(i));
            }
            if (i < second.size()) {
                result.add(second.get(i));
            }
        }
        return result;
    }

    /** Attempts that start one after the other and run side by side; the first connection wins (RFC 8305, section 5). */
    private static final class Race {
        /** Of an attempt that may end in any way: by a connection, an error, or neither for want of memory. */
        private static final class Outcome {
            private Socket socket;
            private IOException error;
        }

        private final List<InetAddress> addresses;
        private final int port;
        private final long deadline;
        private final LinkedBlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

        Race(List<InetAddress> addresses, int port, long deadline) {
            this.addresses = addresses;
            this.port = port;
            this.deadline = deadline;
        }

        Socket run() throws IOException {
            IOException lastError = new SocketTimeoutException("no answer");
            int started = 0;
            int ended = 0;
            while (ended < addresses.size()) {
                if (started < addresses.size()) {
                    start(addresses.get(started++));
                }
                Outcome outcome = await(started < addresses.size());
                if (outcome != null && outcome.socket != null) {
                    closeLosers(started - ended - 1);
                    return outcome.socket;
                }
                if (outcome != null) {
                    ended++;
                    lastError = outcome.error != null ? outcome.error : new IOException("attempt failed");
                }
            }
            throw lastError;
        }

        private void start(InetAddress address) {
            Outcome outcome = new Outcome();
            Threads.start("dial " + address.getHostAddress(), () -> {
                try {
                    outcome.socket = attempt(address, port, deadline);
                } catch (IOException e) {
                    outcome.error = e;
                } finally {
                    // Waited for as often as there were attempts.
                    Threads.insist(LinkedBlockingQueue::add, outcomes, outcome);
                }
            });
        }

        private Outcome await(boolean moreToStart) throws IOException {
            try {
                return moreToStart
                        ? outcomes.poll(ATTEMPT_DELAY.toMillis(), TimeUnit.MILLISECONDS)
                        : outcomes.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DialException(DialError.OTHER, "interrupted");
            }
        }

        private void closeLosers(int running) {
            if (running > 0) {
                Threads.start("close slower attempts", () -> {
                    for (int i = 0; i < running; i++) {
                        closeNext();
                    }
                });
            }
        }

        private void closeNext() {
            try {
                Outcome outcome = outcomes.take();
                if (outcome.socket != null) {
                    outcome.socket.close();
                }
            } catch (IOException e) {
                System.getLogger(DirectDialer.class.getName()).log(System.Logger.Level.TRACE, "slower attempt", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
