package io.linksocks.session;

import io.linksocks.protocol.Link;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Whether a peer gives signs of life when it is asked for one, which tells much sooner than the heartbeat. */
final class Liveness {
    /** Who was heard this recently need not be asked. */
    private static final Duration FRESH = Duration.ofSeconds(1);
    /** Several round trips of any path that is fit for use. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

    /** What was asked of a link that is gone does not count against the next. */
    private record Question(Link link, long asked) {}

    private final LongSupplier clock;
    private volatile Question question;

    /** @param clock in nanoseconds, the one that {@link Link#lastHeard} goes by */
    Liveness(LongSupplier clock) {
        this.clock = clock;
    }

    /** Asks, unless there was a sign of life just now or the last question is still open. */
    void ask(Link link) {
        long now = clock.getAsLong();
        if (now - link.lastHeard() > FRESH.toNanos() && !isOpen(link, question)) {
            question = new Question(link, now);
            link.ping();
        }
    }

    boolean isResponsive(Link link) {
        Question last = question;
        return !isOpen(link, last) || clock.getAsLong() - last.asked() < ANSWER_LIMIT.toNanos();
    }

    private static boolean isOpen(Link link, Question question) {
        return question != null && question.link() == link && link.lastHeard() - question.asked() < 0;
    }
}
