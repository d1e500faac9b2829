package io.linksocks.server;

import io.linksocks.util.Threads;
import java.time.Duration;

/** Disconnects the clients of tokens that have been disabled or have expired. */
final class TokenWatch implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int POLICY_VIOLATION = 1008;

    private final Clients clients;
    private volatile Thread thread;

    TokenWatch(Clients clients) {
        this.clients = clients;
    }

    void start() {
        thread = Threads.start("token limits", this::run);
    }

    private void run() {
        try {
            for (;;) {
                Thread.sleep(PERIOD);
                enforce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Checks all clients now. Returns at once; who is disconnected is told meanwhile. */
    void enforce() {
        for (Clients.Client client : clients.all()) {
            String why = client.token().account().invalidity();
            if (why != null) {
                Threads.start("disconnect", () -> client.session().close(POLICY_VIOLATION, why));
            }
        }
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
