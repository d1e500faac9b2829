package io.linksocks.session;

import io.linksocks.protocol.Link;
import io.linksocks.util.Threads;
import io.linksocks.util.TimeText;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The keepalive of a link: pings it at once to learn the RTT and then periodically, aborts it when the peer is silent
 * for too long, and closes idle channels.
 */
public final class Heartbeat implements Runnable {
    private static final Duration PING_INTERVAL = Duration.ofSeconds(15);
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(45);
    private static final Duration SHORTEST_CHECK = Duration.ofMillis(250);

    private static final System.Logger LOG = System.getLogger(Heartbeat.class.getName());

    private final Link link;
    private final SessionCounters counters;
    private final long interval;
    private final Runnable closeIdle;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private long lastRoundTrip;

    /** @param closeIdle closes idle channels */
    Heartbeat(Link link, SessionSettings settings, Runnable closeIdle) {
        this(link, settings.counters(), checkInterval(settings), closeIdle);
    }

    /** The keepalive of a link whose channels are elsewhere. */
    public Heartbeat(Link link, SessionCounters counters) {
        this(link, counters, PING_INTERVAL.toNanos(), () -> { });
    }

    private Heartbeat(Link link, SessionCounters counters, long interval, Runnable closeIdle) {
        this.link = link;
        this.counters = counters;
        this.interval = interval;
        this.closeIdle = closeIdle;
        Threads.start("heartbeat " + link.peer(), this);
    }

    public void stop() {
        stopped.countDown();
    }

    @Override
    public void run() {
        try {
            link.ping();
            for (long pinged = System.nanoTime(); !stopped.await(interval, TimeUnit.NANOSECONDS);) {
                closeIdle.run();
                if (System.nanoTime() - pinged >= PING_INTERVAL.toNanos()) {
                    pinged = System.nanoTime();
                    check();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A quarter of the shortest idle limit, within bounds. */
    private static long checkInterval(SessionSettings settings) {
        long quarter = settings.limits().halfClosed().toNanos() / 4;
        return Math.clamp(quarter, SHORTEST_CHECK.toNanos(), PING_INTERVAL.toNanos());
    }

    private void check() {
        noteRoundTrip();
        if (System.nanoTime() - link.lastHeard() > SILENCE_LIMIT.toNanos()) {
            LOG.log(System.Logger.Level.WARNING, () -> "nothing received from " + link.peer() + " for "
                    + TimeText.of(SILENCE_LIMIT) + ": closing the connection");
            link.abort();
        } else {
            LOG.log(System.Logger.Level.DEBUG, () -> "ping " + link.peer() + ", last RTT "
                    + TimeUnit.NANOSECONDS.toMicros(link.roundTrip()) + " µs");
            link.ping();
        }
    }

    private void noteRoundTrip() {
        long measured = link.roundTrip();
        if (measured != lastRoundTrip) {
            counters.roundTrips.observe(measured);
            lastRoundTrip = measured;
        }
    }
}
