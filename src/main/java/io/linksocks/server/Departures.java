package io.linksocks.server;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.util.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reports clients that leave, in the log and among the events: the first one at once, and a crowd that follows it for the same
 * reason, such as a token that was disabled or a network that failed, by its number, so that it hides nothing else.
 */
final class Departures implements AutoCloseable {
    /** How long others are expected to follow. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** Most followers that are reported one by one. */
    private static final int FEW = 3;

    private static final System.Logger LOG = System.getLogger(Departures.class.getName());

    private record Departure(String role, String peer, Token token) {
        String name() {
            return role + " " + peer;
        }
    }

    private final RecentEvents events;
    private final Timer timer;
    /** Guards those that have followed another one and were not reported yet, by their reason. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, List<Departure>> waiting = new HashMap<>();

    /** Runs a job, which may block, after a delay. */
    interface Timer {
        void later(Duration delay, Runnable job);
    }

    Departures(RecentEvents events) {
        this(events, (delay, job) -> Threads.later(delay, () -> Threads.start("departures", job)));
    }

    Departures(RecentEvents events, Timer timer) {
        this.events = events;
        this.timer = timer;
    }

    void add(String role, String peer, Token token, String reason) {
        Departure departure = new Departure(role, peer, token);
        if (isFirst(departure, reason)) {
            tell(departure.name(), token, reason);
            timer.later(PAUSE, () -> report(reason));
        }
    }

    private boolean isFirst(Departure departure, String reason) {
        lock.lock();
        try {
            List<Departure> others = waiting.get(reason);
            if (others == null) {
                waiting.put(reason, new ArrayList<>());
                return true;
            }
            others.add(departure);
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void report(String reason) {
        List<Departure> gone;
        lock.lock();
        try {
            gone = waiting.remove(reason);
        } finally {
            lock.unlock();
        }
        if (gone == null) {
            return;
        }
        if (gone.size() <= FEW) {
            gone.forEach(one -> tell(one.name(), one.token(), reason));
        } else {
            gone.forEach(one -> LOG.log(DEBUG, () -> one.name() + " left: " + reason));
            tell(summary(gone), gone.getFirst().token(), reason);
        }
    }

    private void tell(String who, Token token, String reason) {
        String what = "left: " + reason;
        token.account().clientLog().info(who + " " + what);
        events.add(RecentEvents.Kind.CLIENT, who, what);
    }

    private static String summary(List<Departure> gone) {
        Set<String> roles = new HashSet<>();
        Set<Token> tokens = new HashSet<>();
        gone.forEach(one -> {
            roles.add(one.role());
            tokens.add(one.token());
        });
        return gone.size() + " more " + (roles.size() == 1 ? roles.iterator().next() + "s" : "clients") + " of "
                + (tokens.size() == 1 ? tokens.iterator().next().name() : tokens.size() + " tokens");
    }

    /** Reports those that wait, at once. */
    @Override
    public void close() {
        List<String> reasons;
        lock.lock();
        try {
            reasons = List.copyOf(waiting.keySet());
        } finally {
            lock.unlock();
        }
        reasons.forEach(this::report);
    }
}
