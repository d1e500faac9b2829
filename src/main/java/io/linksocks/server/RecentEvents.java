package io.linksocks.server;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The most recent events, as text for the dashboard. Each kind is limited separately, so that a flood of failed logins does
 * not evict changes of tokens.
 */
final class RecentEvents {
    /** Most events of one kind. */
    static final int ROOM = 50;
    /** Events with the same text within this time are counted as one. */
    static final Duration TOGETHER = Duration.ofMinutes(1);

    /** Most events of things to which the same happens within this time; the others are counted as one. */
    static final int FEW = 10;

    /** Subjects of events. */
    enum Kind { CLIENT, TOKEN, LOGIN, LIMIT }

    /**
     * An event, which may have occurred several times.
     *
     * @param id    identifies the event across repetitions
     * @param order increases with every change
     * @param time  of the last occurrence, in milliseconds since 1970
     * @param since time of the first occurrence
     */
    record Event(long id, long order, long time, long since, Kind kind, String text, long count) {}

    private final Clock clock;
    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Kind, Deque<Event>> events = new EnumMap<>(Kind.class);
    private long order;

    RecentEvents(Clock clock) {
        this.clock = clock;
        for (Kind kind : Kind.values()) {
            events.put(kind, new ArrayDeque<>());
        }
    }

    void add(Kind kind, String text) {
        add(kind, text, 1);
    }

    /**
     * Adds what has happened to one of perhaps many.
     *
     * @param what such as "removed"
     */
    void add(Kind kind, String name, String what) {
        String end = " " + what;
        lock.lock();
        try {
            long now = clock.millis();
            long same = events.get(kind).stream().filter(event -> event.text().endsWith(end) && isRecent(event, now)).count();
            add(kind, (same < FEW ? name : "other " + kind.name().toLowerCase(Locale.ROOT) + "s") + end);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds several occurrences of an event at once.
     *
     * @param times number of occurrences
     */
    void add(Kind kind, String text, long times) {
        lock.lock();
        try {
            long now = clock.millis();
            Deque<Event> known = events.get(kind);
            Event before = takeSame(known, text, now);
            order++;
            known.addLast(before == null
                    ? new Event(order, order, now, now, kind, text, times)
                    : new Event(before.id(), order, now, before.since(), kind, text, before.count() + times));
            if (known.size() > ROOM) {
                known.removeFirst();
            }
        } finally {
            lock.unlock();
        }
    }

    private static Event takeSame(Deque<Event> known, String text, long now) {
        for (Event event : known) {
            if (event.text().equals(text) && isRecent(event, now)) {
                known.remove(event);
                return event;
            }
        }
        return null;
    }

    private static boolean isRecent(Event event, long now) {
        return now - event.since() < TOGETHER.toMillis();
    }

    /** Returns the events that were added or repeated after this order, the oldest first. */
    List<Event> after(long seen) {
        List<Event> found = new ArrayList<>();
        lock.lock();
        try {
            events.values().forEach(known -> known.stream().filter(event -> event.order() > seen).forEach(found::add));
        } finally {
            lock.unlock();
        }
        found.sort(Comparator.comparingLong(Event::order));
        return found;
    }
}
