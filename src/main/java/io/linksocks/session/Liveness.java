package io.linksocks.session;

import io.linksocks.protocol.Link;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The check of a peer by a ping on demand, which detects a dead link much sooner than the heartbeat. */
final class Liveness {
    /** A peer heard this recently is not pinged. */
    private static final Duration FRESH = Duration.ofSeconds(1);
    /** Several RTTs of any usable path. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

    /** A ping and its link, because a ping to a replaced link does not count against the next. */
    private record Probe(Link link, long sentAt) {}

    private final LongSupplier clock;
    private volatile Probe probe;

    /** @param clock in nanoseconds, on the same scale as {@link Link#lastHeard} */
    Liveness(LongSupplier clock) {
        this.clock = clock;
    }

    /** Pings the peer, unless it was heard just now or the last probe is unanswered. */
    void ask(Link link) {
        long now = clock.getAsLong();
        if (now - link.lastHeard() > FRESH.toNanos() && !isOpen(link, probe)) {
            probe = new Probe(link, now);
            link.ping();
        }
    }

    boolean isResponsive(Link link) {
        Probe last = probe;
        return !isOpen(link, last) || clock.getAsLong() - last.sentAt() < ANSWER_LIMIT.toNanos();
    }

    private static boolean isOpen(Link link, Probe probe) {
        return probe != null && probe.link() == link && link.lastHeard() - probe.sentAt() < 0;
    }
}
