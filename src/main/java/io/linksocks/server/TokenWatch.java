package io.linksocks.server;

import static java.lang.System.Logger.Level.INFO;

import io.linksocks.protocol.CloseCode;
import io.linksocks.util.PeriodicJob;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Reason;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.time.Duration;

/**
 * Counts the traffic of tokens, disconnects the clients of those that have been disabled or have expired, and closes the
 * channels of those that have used up their quota.
 */
final class TokenWatch implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    /** How often the traffic is saved, in periods. */
    private static final int SAVED_EVERY = 60;

    private static final System.Logger LOG = System.getLogger(TokenWatch.class.getName());

    private final RateLimitedLogger notSaved = new RateLimitedLogger(LOG);
    private final TokenRegistry tokens;
    private final Clients clients;
    private final RecentEvents events;
    /** Null before the start. */
    private volatile PeriodicJob job;
    private int periods;

    TokenWatch(TokenRegistry tokens, Clients clients, RecentEvents events) {
        this.events = events;
        this.tokens = tokens;
        this.clients = clients;
    }

    void start() {
        job = new PeriodicJob("token limits", PERIOD, this::run);
    }

    private void run() {
        enforce();
        if (++periods % SAVED_EVERY == 0) {
            save();
        }
    }

    /** Checks all clients now. Returns at once; who is disconnected is told meanwhile. */
    void enforce() {
        clients.all().forEach(Clients.Client::countTraffic);
        for (Token token : tokens.all()) {
            String why = token.account().newlyExhausted();
            if (why != null) {
                String text = token.name() + ": " + why + ", and its channels are closed";
                LOG.log(INFO, text);
                events.add(RecentEvents.Kind.LIMIT, text);
                clients.of(token).forEach(client -> client.session().closeChannels(why));
            }
        }
        for (Clients.Client client : clients.all()) {
            String why = client.token().account().invalidity();
            if (why != null) {
                Threads.start("disconnect", () -> client.session().close(CloseCode.POLICY_VIOLATION, why));
            }
        }
    }

    private void save() {
        try {
            tokens.traffic().save();
        } catch (IOException e) {
            notSaved.warn("the traffic of tokens is not saved: " + Reason.of(e));
        }
    }

    /** Saves the traffic; to be called when all clients are gone. */
    @Override
    public void close() {
        PeriodicJob running = job;
        if (running != null) {
            running.close();
            save();
        }
    }
}
