package io.linksocks.server;

import io.linksocks.http.HttpException;
import io.linksocks.http.Request;
import io.linksocks.http.Response;
import io.linksocks.json.Json;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * {@code GET /api/live}: the state of the server once a second, as server-sent events. What all viewers see is made once;
 * each has a thread of its own, and one that reads slowly misses seconds and holds up nobody.
 */
final class LiveFeed implements AutoCloseable {
    static final int MAX_VIEWERS = 16;
    /** Without it, nginx keeps back what does not fill a buffer. */
    private static final String NO_BUFFERING = "X-Accel-Buffering";
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ServerCounters counters;
    private final LiveState state;
    private final RefusalWatch refusals;
    private final AtomicInteger viewers = new AtomicInteger();
    /** Guards all below; nothing is made or written while it is held. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Viewers wait for the next snapshot; the clock signals, and {@link #close}. */
    private final Condition published = lock.newCondition();
    /** The clock waits for its next second; {@link #close} signals. */
    private final Condition stopped = lock.newCondition();
    private final Throughput throughput = new Throughput(System.nanoTime());
    private Snapshot latest = new Snapshot(0, "");
    private boolean closed;

    /** @param second when it was made, counted from the start */
    private record Snapshot(long second, String text) {}

    LiveFeed(ServerCounters counters, LiveState state, RefusalWatch refusals) {
        this.counters = counters;
        this.state = state;
        this.refusals = refusals;
    }

    void start() {
        Threads.start("live feed", this::run);
    }

    /** Ends all streams. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            published.signalAll();
            stopped.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // --- the clock -------------------------------------------------------------------------------------------------

    private void run() {
        for (long time = System.nanoTime() + SECOND; awaitTime(time); time = next(time)) {
            refusals.look();
            sample();
            if (viewers.get() > 0) {
                publish(snapshot());
            }
        }
    }

    /** Seconds that were slept through are not made up for: samples of no time would tell nothing. */
    private static long next(long time) {
        return Math.max(time, System.nanoTime() - SECOND / 2) + SECOND;
    }

    /** False when the feed was closed meanwhile. */
    private boolean awaitTime(long time) {
        lock.lock();
        try {
            for (long left = time - System.nanoTime(); left > 0 && !closed; left = time - System.nanoTime()) {
                stopped.awaitNanos(left);
            }
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void sample() {
        lock.lock();
        try {
            throughput.sample(System.nanoTime(), counters.sessions.receivedBytes.sum(), counters.sessions.sentBytes.sum());
        } finally {
            lock.unlock();
        }
    }

    private void publish(Snapshot snapshot) {
        lock.lock();
        try {
            latest = snapshot;
            published.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Snapshot snapshot() {
        long second;
        Throughput.Sample rates;
        lock.lock();
        try {
            second = throughput.count();
            rates = throughput.latest();
        } finally {
            lock.unlock();
        }
        return new Snapshot(second, event("snapshot", state.describe(second, rates)));
    }

    // --- viewers ---------------------------------------------------------------------------------------------------

    Response open(Request request) throws HttpException {
        if (viewers.get() >= MAX_VIEWERS) {
            String reason = "too many dashboards are open: close one";
            throw new HttpException(ApiAnswer.failure(503, reason).with("Retry-After", "5"), reason);
        }
        return Response.stream("text/event-stream", this::show).with(NO_BUFFERING, "no");
    }

    private void show(OutputStream out) throws IOException {
        if (viewers.incrementAndGet() > MAX_VIEWERS) {
            viewers.decrementAndGet();
            return;
        }
        try {
            follow(out);
        } finally {
            viewers.decrementAndGet();
        }
    }

    private void follow(OutputStream out) throws IOException {
        long seen = 0;
        write(out, history());
        for (Snapshot now = snapshot(); now != null; now = awaitAfter(now.second())) {
            List<RecentEvents.Event> news = counters.events.after(seen);
            seen = news.isEmpty() ? seen : news.getLast().order();
            StringBuilder text = new StringBuilder(now.text());
            news.forEach(event -> text.append(event("event", LiveState.describe(event))));
            write(out, text.toString());
        }
    }

    /** The first snapshot after a second; null when the feed was closed. */
    private Snapshot awaitAfter(long second) {
        lock.lock();
        try {
            while (latest.second() <= second && !closed) {
                published.awaitUninterruptibly();
            }
            return closed ? null : latest;
        } finally {
            lock.unlock();
        }
    }

    private String history() {
        Map<String, Object> members = new LinkedHashMap<>();
        lock.lock();
        try {
            List<Throughput.Sample> samples = throughput.samples();
            members.put("second", throughput.count());
            members.put("bytes_in", samples.stream().map(Throughput.Sample::in).toList());
            members.put("bytes_out", samples.stream().map(Throughput.Sample::out).toList());
        } finally {
            lock.unlock();
        }
        return event("history", members);
    }

    /** JSON of ours has no line break, which would end the data. */
    private static String event(String name, Map<String, Object> data) {
        return "event: " + name + "\ndata: " + Json.write(data) + "\n\n";
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
