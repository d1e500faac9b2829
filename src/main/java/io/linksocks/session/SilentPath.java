package io.linksocks.session;

import io.linksocks.protocol.Link;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** A link whose peer owes an answer for longer than the path has ever taken. It may be slow all the same. */
public final class SilentPath {
    private final Link link;
    private final long since;
    private final long noticedAt;
    private final BooleanSupplier present;
    private final LongSupplier clock;

    SilentPath(Link link, long since, long noticedAt, BooleanSupplier present, LongSupplier clock) {
        this.link = link;
        this.since = since;
        this.noticedAt = noticedAt;
        this.present = present;
        this.clock = clock;
    }

    public Link link() {
        return link;
    }

    /** Since when an answer is owed, in nanoseconds. */
    long since() {
        return since;
    }

    /** Whether the peer was heard after all. */
    public boolean hasAnswered() {
        return link.lastHeard() - noticedAt >= 0;
    }

    /** Whether this is still the session's link, and still silent. */
    public boolean lasts() {
        return present.getAsBoolean() && !hasAnswered();
    }

    /** The time for which an answer is owed. */
    public Duration age() {
        return Duration.ofNanos(clock.getAsLong() - since);
    }
}
