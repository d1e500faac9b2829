package io.linksocks.cli;

import io.linksocks.client.ClientStatus;
import io.linksocks.util.PeriodicJob;
import io.linksocks.util.TimeText;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Keeps one line below the log up to date, and erases it at the end. */
final class StatusLine implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final LogHandler log;
    private final PeriodicJob job;

    /** @param text as for {@link LogHandler#showStatus} */
    StatusLine(LogHandler log, Supplier<String> text) {
        this.log = log;
        log.showStatus(text);
        this.job = new PeriodicJob("status line", PERIOD, log::refreshStatus);
    }

    @Override
    public void close() {
        job.close();
        log.hideStatus();
    }

    /** The status of a client in a few words, the most important first. Not thread-safe. */
    static final class ClientText implements Supplier<String> {
        private static final double NANOS_PER_SECOND = 1e9;
        /** In a shorter time throughput would be a matter of chance. */
        private static final long SHORTEST_SAMPLE = TimeUnit.MILLISECONDS.toNanos(500);

        private final Supplier<ClientStatus> client;
        private final int webSockets;
        private final LongSupplier clock;
        private ClientStatus last;
        private long lastAt;
        private String rates = rates(0, 0);
        /** When the last connection was lost, or this object was made. */
        private long lostAt;

        /**
         * @param webSockets how many the client keeps
         * @param clock as {@link System#nanoTime}
         */
        ClientText(Supplier<ClientStatus> client, int webSockets, LongSupplier clock) {
            this.client = client;
            this.webSockets = webSockets;
            this.clock = clock;
            this.last = client.get();
            this.lastAt = clock.getAsLong();
            this.lostAt = lastAt;
        }

        @Override
        public String get() {
            ClientStatus now = client.get();
            long at = clock.getAsLong();
            if (at - lastAt >= SHORTEST_SAMPLE) {
                double seconds = (at - lastAt) / NANOS_PER_SECOND;
                rates = rates((now.receivedBytes() - last.receivedBytes()) / seconds,
                        (now.sentBytes() - last.sentBytes()) / seconds);
                last = now;
                lastAt = at;
            }
            String text = state(now, at) + " | " + rates + " | " + count(now.channels(), "channel");
            return now.resumes() == 0 ? text : text + " | " + count(now.resumes(), "resume");
        }

        private String state(ClientStatus now, long at) {
            if (now.connections() == 0) {
                return "not connected for " + TimeText.ofSeconds(Duration.ofNanos(at - lostAt).toSeconds());
            }
            lostAt = at;
            return connected(now.connections()) + (now.roundTrip().isZero() ? "" : ", " + millis(now.roundTrip()));
        }

        /** While a server drains, there may be more than the client keeps. */
        private String connected(int connections) {
            if (connections < webSockets) {
                return "connected " + connections + " of " + webSockets + " times";
            }
            return connections == 1 ? "connected" : "connected " + connections + " times";
        }

        private static String millis(Duration time) {
            return String.format(Locale.ROOT, time.toMillis() < 10 ? "%.1f ms" : "%.0f ms", time.toNanos() / 1e6);
        }

        private static String rates(double down, double up) {
            return "down " + Quantity.bytes((long) down) + "/s | up " + Quantity.bytes((long) up) + "/s";
        }

        private static String count(long number, String what) {
            return number + " " + what + (number == 1 ? "" : "s");
        }
    }
}
