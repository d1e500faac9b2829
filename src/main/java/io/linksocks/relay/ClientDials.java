package io.linksocks.relay;

import io.linksocks.dial.DialCancellation;
import io.linksocks.session.Channel;
import io.linksocks.util.RateLimitedLogger;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The connections that are being made for one client: only so many at once, and none that the client no longer wants. */
public final class ClientDials {
    /** Most dials under way. */
    static final int MAX = 2048;

    private static final RateLimitedLogger TOO_MANY = new RateLimitedLogger(System.getLogger(ClientDials.class.getName()));

    private final AtomicInteger underWay = new AtomicInteger();

    /** How a connection is made; ends when its thread is interrupted. */
    @FunctionalInterface
    public interface Dial<T> {
        T run() throws IOException;
    }

    /**
     * Makes a connection for a channel in the calling thread, a virtual one, unless the channel ends meanwhile. One that ended in
     * good order after it had brought data is connected all the same, for its data is still to be delivered.
     *
     * @param discard closes a connection that came too late
     * @throws IOException why there is no connection
     */
    public <T> T run(Channel channel, Dial<T> dial, Consumer<? super T> discard) throws IOException {
        begin(channel);
        try (DialCancellation cancellation = new DialCancellation()) {
            channel.whenEnded(() -> {
                if (channel.isDrained()) {
                    cancellation.cancel();
                }
            });
            T made = dial.run();
            if (cancellation.isCancelled()) {
                discard.accept(made);
                throw new InterruptedIOException("given up by " + channel.peer());
            }
            return made;
        } finally {
            channel.whenEnded(null);
            underWay.decrementAndGet();
        }
    }

    private void begin(Channel channel) throws ConnectException {
        if (underWay.incrementAndGet() > MAX) {
            underWay.decrementAndGet();
            TOO_MANY.warn(channel.peer() + " has " + MAX + " connections under way that are not answered; more are refused");
            throw new ConnectException("too many connections under way");
        }
    }
}
