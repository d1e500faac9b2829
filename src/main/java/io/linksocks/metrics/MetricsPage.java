package io.linksocks.metrics;

import io.linksocks.dial.DialError;
import io.linksocks.dial.RelayCounters;
import io.linksocks.http.Request;
import io.linksocks.http.Response;
import io.linksocks.http.Route;
import io.linksocks.session.MemoryBudget;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.util.Threads;
import io.linksocks.util.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** {@code /metrics}: what a server or a client adds, and what both have: sessions, dials and the process. */
public final class MetricsPage implements Route.Handler {
    public static final String PATH = "/metrics";

    private static final double MILLIS_PER_SECOND = 1e3;

    private final Consumer<OpenMetrics> own;
    private final SessionCounters counters;
    private final Supplier<? extends Collection<Session>> sessions;
    private final RelayCounters relay;

    /**
     * @param own writes what only a server or only a client has
     * @param sessions returns the current ones
     */
    public MetricsPage(Consumer<OpenMetrics> own, SessionCounters counters,
            Supplier<? extends Collection<Session>> sessions, RelayCounters relay) {
        this.own = own;
        this.counters = counters;
        this.sessions = sessions;
        this.relay = relay;
    }

    @Override
    public Response handle(Request request) {
        OpenMetrics out = new OpenMetrics();
        own.accept(out);
        writeTraffic(out);
        writeTrouble(out);
        writeMemory(out);
        writeTimes(out);
        writeProcess(out);
        return Response.of(200, OpenMetrics.CONTENT_TYPE, out.end());
    }

    private void writeTraffic(OpenMetrics out) {
        out.counter("linksocks_received_bytes", "Message bytes received from peers.").is(counters.receivedBytes.sum());
        out.counter("linksocks_sent_bytes", "Message bytes sent to peers.").is(counters.sentBytes.sum());
        out.counter("linksocks_received_messages", "Messages received from peers.")
                .is(counters.receivedMessages.sum());
        out.counter("linksocks_sent_messages", "Messages sent to peers.").is(counters.sentMessages.sum());
        out.counter("linksocks_channels_opened", "Channels opened.").is(counters.openedChannels.sum());
    }

    private void writeTrouble(OpenMetrics out) {
        out.counter("linksocks_resumes", "Sessions resumed on another WebSocket.").is(counters.resumes.sum());
        out.counter("linksocks_superseded_links", "WebSockets replaced while they still looked alive.")
                .is(counters.superseded.sum());
        out.counter("linksocks_retransmitted_bytes", "Message bytes retransmitted after a resume.")
                .is(counters.retransmittedBytes.sum());
        out.counter("linksocks_stalls", "Times that a sender had to wait for credit.").is(counters.windowStalls.sum());
        out.counter("linksocks_dropped_datagrams", "Received datagrams dropped because the reader was slow.")
                .is(counters.droppedDatagrams.sum());
        out.counter("linksocks_malformed_messages", "Messages that could not be decoded.")
                .is(counters.malformedMessages.sum());
        out.counter("linksocks_ignored_messages",
                "Messages of unknown types, for unknown channels or not allowed in the role.")
                .is(counters.ignoredMessages.sum());
        OpenMetrics.Family errors = out.counter("linksocks_dial_errors", "Failed connections to targets, by reason.");
        for (DialError kind : DialError.values()) {
            errors.with("kind", kind.name().toLowerCase(Locale.ROOT), relay.dialErrors(kind));
        }
    }

    private void writeMemory(OpenMetrics out) {
        Collection<Session> present = sessions.get();
        out.gauge("linksocks_channels", "Open channels.").is(present.stream().mapToInt(Session::channelCount).sum());
        out.gauge("linksocks_queued_bytes", "Memory of received data that its readers have not taken yet.")
                .is(present.stream().mapToLong(Session::queuedBytes).sum());
        out.gauge("linksocks_replay_bytes", "Message bytes sent and not acknowledged.")
                .is(present.stream().mapToLong(Session::replayBytes).sum());
        out.gauge("linksocks_budget_used_bytes", "Memory of all channels of this process and of the data they hold.")
                .is(MemoryBudget.OF_PROCESS.used());
        out.gauge("linksocks_budget_limit_bytes", "Limit of that memory; new channels are refused above 3/4 of it.")
                .is(MemoryBudget.OF_PROCESS.limit());
    }

    private void writeTimes(OpenMetrics out) {
        out.histogram("linksocks_round_trip_seconds", "Round-trip times of WebSocket pings.", counters.roundTrips);
        out.histogram("linksocks_dial_seconds", "Time to connect to targets that accepted.", relay.dials);
    }

    /** Under the names that Prometheus clients use. The management interface would need a further module. */
    private static void writeProcess(OpenMetrics out) {
        out.gauge("linksocks_build_info", "Version of LinkSocks and of Java.")
                .with("version", Version.current(), "java", Runtime.version().toString(), 1);
        ProcessHandle.Info process = ProcessHandle.current().info();
        process.startInstant().map(Instant::toEpochMilli).ifPresent(millis ->
                out.gauge("process_start_time_seconds", "Start time of the process since 1970.")
                        .is(millis / MILLIS_PER_SECOND));
        process.totalCpuDuration().map(Duration::toMillis).ifPresent(millis ->
                out.counter("process_cpu_seconds", "User and system CPU time.").is(millis / MILLIS_PER_SECOND));
        Runtime runtime = Runtime.getRuntime();
        out.gauge("jvm_memory_used_bytes", "Memory in use.")
                .with("area", "heap", runtime.totalMemory() - runtime.freeMemory());
        out.gauge("jvm_memory_committed_bytes", "Memory committed by the system.")
                .with("area", "heap", runtime.totalMemory());
        out.gauge("jvm_memory_max_bytes", "Maximum memory.").with("area", "heap", runtime.maxMemory());
        out.gauge("jvm_threads_current", "Platform threads.").is(platformThreads());
        out.gauge("linksocks_virtual_threads", "Virtual threads that run or wait.").is(Threads.running());
    }

    private static int platformThreads() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group.activeCount();
    }
}
