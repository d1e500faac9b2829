package io.linksocks.cli;

import io.linksocks.client.ClientStatus;
import io.linksocks.util.Threads;
import io.linksocks.util.TimeText;
import java.time.Duration;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Keeps one line below the log up to date, and erases it at the end. */
final class StatusLine implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final LogHandler log;
    private final Supplier<String> text;
    private final Thread thread;

    /** @param text asked for every second; in ASCII, without a newline */
    StatusLine(LogHandler log, Supplier<String> text) {
        this.log = log;
        this.text = text;
        this.thread = Threads.start("status line", this::run);
    }

    private void run() {
        try {
            do {
                log.showStatus(text.get());
            } while (!closed.await(1, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        Threads.join(thread);
        log.showStatus("");
    }

    /** The status of a client in a few words, the most important first, with the rates since the last call. */
    static final class ClientText implements Supplier<String> {
        private static final double NANOS_PER_SECOND = 1e9;

        private final Supplier<ClientStatus> client;
        private final LongSupplier clock;
        private ClientStatus last;
        private long lastAt;
        /** When the last connection was lost, or this object was made. */
        private long lostAt;

        /** @param clock as {@link System#nanoTime} */
        ClientText(Supplier<ClientStatus> client, LongSupplier clock) {
            this.client = client;
            this.clock = clock;
            this.last = client.get();
            this.lastAt = clock.getAsLong();
            this.lostAt = lastAt;
        }

        @Override
        public String get() {
            ClientStatus now = client.get();
            long at = clock.getAsLong();
            StringJoiner text = new StringJoiner(" | ");
            text.add(state(now, at));
            text.add("down " + rate(now.receivedBytes() - last.receivedBytes(), at - lastAt));
            text.add("up " + rate(now.sentBytes() - last.sentBytes(), at - lastAt));
            text.add(count(now.channels(), "channel"));
            if (now.resumes() > 0) {
                text.add(count(now.resumes(), "resume"));
            }
            last = now;
            lastAt = at;
            return text.toString();
        }

        private String state(ClientStatus now, long at) {
            if (now.connections() == 0) {
                return "not connected for " + TimeText.ofSeconds(Duration.ofNanos(at - lostAt).toSeconds());
            }
            lostAt = at;
            String connected = now.connections() == 1 ? "connected" : "connected " + now.connections() + " times";
            return now.roundTrip().isZero() ? connected : connected + ", " + millis(now.roundTrip());
        }

        private static String millis(Duration time) {
            return String.format(Locale.ROOT, time.toMillis() < 10 ? "%.1f ms" : "%.0f ms", time.toNanos() / 1e6);
        }

        private static String rate(long bytes, long nanos) {
            return Quantity.bytes(nanos <= 0 ? 0 : (long) (bytes * NANOS_PER_SECOND / nanos)) + "/s";
        }

        private static String count(long number, String what) {
            return number + " " + what + (number == 1 ? "" : "s");
        }
    }
}
