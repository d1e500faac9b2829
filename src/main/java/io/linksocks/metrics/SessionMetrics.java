package io.linksocks.metrics;

import io.linksocks.session.MemoryBudget;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import java.util.Collection;
import java.util.function.Supplier;

/** What sessions carry and have in hand. */
public final class SessionMetrics implements MetricSource {
    private final SessionCounters counters;
    private final Supplier<? extends Collection<Session>> sessions;

    /** @param sessions those of now */
    public SessionMetrics(SessionCounters counters, Supplier<? extends Collection<Session>> sessions) {
        this.counters = counters;
        this.sessions = sessions;
    }

    @Override
    public void write(OpenMetrics out) {
        writeTraffic(out);
        writeTrouble(out);
        writeStock(out);
        out.histogram("linksocks_round_trip_seconds", "Round trips of WebSocket pings.", counters.roundTrips);
    }

    private void writeTraffic(OpenMetrics out) {
        out.counter("linksocks_received_bytes", "Message bytes received from peers.").is(counters.receivedBytes.sum());
        out.counter("linksocks_sent_bytes", "Message bytes sent to peers.").is(counters.sentBytes.sum());
        out.counter("linksocks_received_messages", "Messages received from peers.")
                .is(counters.receivedMessages.sum());
        out.counter("linksocks_sent_messages", "Messages sent to peers.").is(counters.sentMessages.sum());
        out.counter("linksocks_channels_opened", "Channels that were asked for and admitted.")
                .is(counters.openedChannels.sum());
    }

    private void writeTrouble(OpenMetrics out) {
        out.counter("linksocks_resumes", "Sessions that went on with another WebSocket.").is(counters.resumes.sum());
        out.counter("linksocks_superseded_links", "WebSockets that were replaced while they still looked alive.")
                .is(counters.superseded.sum());
        out.counter("linksocks_retransmitted_bytes", "Message bytes that were sent again after a resume.")
                .is(counters.retransmittedBytes.sum());
        out.counter("linksocks_stalls", "Times that a sender had to wait for credit.").is(counters.windowStalls.sum());
        out.counter("linksocks_dropped_datagrams", "Received datagrams that nobody took in time.")
                .is(counters.droppedDatagrams.sum());
        out.counter("linksocks_malformed_messages", "Messages that could not be decoded.")
                .is(counters.malformedMessages.sum());
        out.counter("linksocks_ignored_messages", "Messages of unknown types, for unknown channels or against the roles.")
                .is(counters.ignoredMessages.sum());
    }

    private void writeStock(OpenMetrics out) {
        Collection<Session> present = sessions.get();
        out.gauge("linksocks_channels", "Channels that are open.")
                .is(present.stream().mapToInt(Session::channelCount).sum());
        out.gauge("linksocks_queued_bytes", "Memory of what was received for readers that have not taken it yet.")
                .is(present.stream().mapToLong(Session::queuedBytes).sum());
        out.gauge("linksocks_replay_bytes", "Message bytes sent and not acknowledged.")
                .is(present.stream().mapToLong(Session::replayBytes).sum());
        out.gauge("linksocks_budget_used_bytes", "Memory that channels and what they carry take, of all in this process.")
                .is(MemoryBudget.OF_PROCESS.used());
        out.gauge("linksocks_budget_limit_bytes", "Most that they may take; new channels are refused from 3/4 of it on.")
                .is(MemoryBudget.OF_PROCESS.limit());
    }
}
