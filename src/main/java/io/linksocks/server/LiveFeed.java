package io.linksocks.server;

import io.linksocks.http.HttpException;
import io.linksocks.http.Request;
import io.linksocks.http.Response;
import io.linksocks.json.Json;
import io.linksocks.util.PeriodicJob;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * {@code GET /api/live}: the state of the server once a second, as server-sent events. All viewers share one snapshot. Each
 * viewer has its own thread; a slow one misses snapshots and delays no other.
 */
final class LiveFeed implements AutoCloseable {
    private static final int MAX_VIEWERS = 16;
    /** Keeps nginx from buffering the stream. */
    private static final String NO_BUFFERING = "X-Accel-Buffering";
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final ServerCounters counters;
    private final ServerState state;
    private final Clients clients;
    private final AtomicInteger viewers = new AtomicInteger();
    /** Null before the start. */
    private volatile PeriodicJob clock;
    /** Guards all below; not held while a snapshot is made or written. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Viewers wait for the next snapshot; signalled by the clock and {@link #close}. */
    private final Condition published = lock.newCondition();
    private final Throughput throughput = new Throughput(System.nanoTime());
    private Snapshot latest = new Snapshot(0, "");
    /** Written with the lock. */
    private volatile boolean closed;

    /** @param second number of the latest throughput sample in it */
    private record Snapshot(long second, String text) {}

    LiveFeed(ServerCounters counters, ServerState state, Clients clients) {
        this.clients = clients;
        this.counters = counters;
        this.state = state;
    }

    void start() {
        clock = new PeriodicJob("live feed", PERIOD, this::tick);
    }

    /** Ends all streams. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            published.signalAll();
        } finally {
            lock.unlock();
        }
        if (clock != null) {
            clock.close();
        }
    }

    // --- the clock -------------------------------------------------------------------------------------------------

    private void tick() {
        counters.reportRefusals();
        if (sample() % RoundTrips.PERIOD == 0) {
            clients.sampleRoundTrips();
        }
        if (viewers.get() > 0) {
            publish(snapshot());
        }
    }

    /** Returns the number of samples so far. */
    private long sample() {
        lock.lock();
        try {
            throughput.sample(System.nanoTime(), counters.sessions.passedOnBytes.sum(), counters.sessions.takenBytes.sum());
            return throughput.count();
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
        return new Snapshot(second, event("snapshot", state.live(second, rates)));
    }

    // --- viewers ---------------------------------------------------------------------------------------------------

    Response open(Request request) throws HttpException {
        if (closed) {
            throw unavailable("the server stops");
        }
        if (viewers.get() >= MAX_VIEWERS) {
            throw unavailable("too many dashboards are open; close one");
        }
        return Response.stream("text/event-stream", this::show).with(NO_BUFFERING, "no");
    }

    private static HttpException unavailable(String reason) {
        return new HttpException(Response.text(503, reason + "\n").with("Retry-After", "5"), reason);
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
            news.forEach(event -> text.append(event("event", describe(event))));
            write(out, text.toString());
        }
    }

    /** Waits for the first snapshot after a second; returns null when the feed was closed. */
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
        members.put("round_trips", state.roundTrips());
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

    private static Map<String, Object> describe(RecentEvents.Event event) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", event.id());
        members.put("time", event.time());
        members.put("kind", event.kind().name().toLowerCase(Locale.ROOT));
        members.put("text", event.text());
        members.put("count", event.count());
        return members;
    }

    /** {@link Json#write} emits no line breaks, which would end the data. */
    private static String event(String name, Map<String, Object> data) {
        return "event: " + name + "\ndata: " + Json.write(data) + "\n\n";
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
