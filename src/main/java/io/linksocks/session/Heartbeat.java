package io.linksocks.session;

import io.linksocks.protocol.Link;
import io.linksocks.util.Threads;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Pings a link, at once to learn the round trip and then regularly; gives it up when the peer stays silent, and looks after
 * idle channels now and then.
 */
final class Heartbeat implements Runnable {
    private static final Duration PING_INTERVAL = Duration.ofSeconds(15);
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(45);
    private static final int PINGS_PER_IDLE_CHECK = 4;

    private static final System.Logger LOG = System.getLogger(Heartbeat.class.getName());

    private final Session session;
    private final Link link;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private long lastRoundTrip;

    Heartbeat(Session session, Link link) {
        this.session = session;
        this.link = link;
        Threads.start("heartbeat " + link.peer(), this);
    }

    void stop() {
        stopped.countDown();
    }

    @Override
    public void run() {
        try {
            link.ping();
            for (int beat = 1; !stopped.await(PING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS); beat++) {
                check();
                if (beat % PINGS_PER_IDLE_CHECK == 0) {
                    session.closeIdleChannels();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (OutOfMemoryError e) {
            // Nobody would notice any more that the peer is silent.
            link.abort();
            throw e;
        }
    }

    private void check() {
        noteRoundTrip();
        if (System.nanoTime() - link.lastHeard() > SILENCE_LIMIT.toNanos()) {
            LOG.log(System.Logger.Level.WARNING, () -> "no sign of life from " + link.peer() + " for "
                    + SILENCE_LIMIT.toSeconds() + " s: giving up the connection");
            link.abort();
        } else {
            LOG.log(System.Logger.Level.DEBUG, () -> "ping " + link.peer() + ", last round trip "
                    + TimeUnit.NANOSECONDS.toMicros(link.roundTrip()) + " µs");
            link.ping();
        }
    }

    private void noteRoundTrip() {
        long measured = link.roundTrip();
        if (measured != lastRoundTrip) {
            session.counters().roundTrips.observe(measured);
            lastRoundTrip = measured;
        }
    }
}
