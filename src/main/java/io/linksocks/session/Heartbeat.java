package io.linksocks.session;

import io.linksocks.protocol.Link;
import io.linksocks.util.PeriodicJob;
import io.linksocks.util.TimeText;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The keepalive of a link: pings it at once to learn the RTT and then periodically, aborts it when the peer is silent
 * for too long, and closes idle channels.
 */
public final class Heartbeat {
    private static final Duration PING_INTERVAL = Duration.ofSeconds(15);
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(45);
    private static final Duration SHORTEST_CHECK = Duration.ofMillis(250);

    private static final System.Logger LOG = System.getLogger(Heartbeat.class.getName());

    private final Link link;
    private final SessionCounters counters;
    private final Runnable closeIdle;
    private final PeriodicJob beats;
    private long pinged = System.nanoTime();
    private long lastRoundTrip;

    /** @param closeIdle closes idle channels */
    Heartbeat(Link link, SessionSettings settings, Runnable closeIdle) {
        this(link, settings.counters(), checkInterval(settings), closeIdle);
    }

    /** The keepalive of a link whose channels are elsewhere. */
    public Heartbeat(Link link, SessionCounters counters) {
        this(link, counters, PING_INTERVAL, () -> { });
    }

    private Heartbeat(Link link, SessionCounters counters, Duration interval, Runnable closeIdle) {
        this.link = link;
        this.counters = counters;
        this.closeIdle = closeIdle;
        link.ping();
        beats = new PeriodicJob("heartbeat " + link.peer(), interval, this::beat);
    }

    /** Does not wait for a beat under way, which a channel or a link may hold up. */
    public void stop() {
        beats.stop();
    }

    /** A quarter of the shortest idle limit, within bounds. */
    private static Duration checkInterval(SessionSettings settings) {
        long quarter = settings.limits().halfClosed().toNanos() / 4;
        return Duration.ofNanos(Math.clamp(quarter, SHORTEST_CHECK.toNanos(), PING_INTERVAL.toNanos()));
    }

    /** The link first, so that a channel that can't be closed does not keep a dead one alive. */
    private void beat() {
        if (System.nanoTime() - pinged >= PING_INTERVAL.toNanos()) {
            pinged = System.nanoTime();
            check();
        }
        closeIdle.run();
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
