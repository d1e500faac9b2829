package io.linksocks.relay;

import io.linksocks.session.Channel;
import io.linksocks.util.RateLimitedLogger;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.atomic.AtomicInteger;

/** The connections that are being made for one client: only so many at once, and none that the client no longer wants. */
public final class ClientDials {
    /** Most dials under way. */
    static final int MAX = 2048;

    private static final RateLimitedLogger TOO_MANY = new RateLimitedLogger(System.getLogger(ClientDials.class.getName()));

    private final AtomicInteger underWay = new AtomicInteger();

    /** How a connection is made. */
    @FunctionalInterface
    public interface Dial<T> {
        T run() throws IOException;
    }

    /**
     * Makes a connection for a channel in the calling thread, and gives it up when the channel ends meanwhile. One that ended in
     * good order after it had brought data is connected all the same, for its data is still to be delivered.
     *
     * @param giveUp called by the thread that ends the channel; must not block
     * @throws IOException why there is no connection
     */
    public <T> T run(Channel channel, Runnable giveUp, Dial<T> dial) throws IOException {
        begin(channel);
        try {
            channel.whenEnded(() -> {
                if (channel.isDrained()) {
                    giveUp.run();
                }
            });
            return dial.run();
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
