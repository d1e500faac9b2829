package io.linksocks.server;

import io.linksocks.dial.DialError;
import io.linksocks.session.SessionCounters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What can be known of a running server. Those who ask pay for it, not those who carry. */
final class ServerMonitor {
    private static final Comparator<ChannelList.Entry> LATEST_FIRST =
            Comparator.comparing(entry -> entry.channel().idle());

    private final long began = System.nanoTime();
    private final ServerCounters counters;
    private final Clients clients;

    ServerMonitor(ServerCounters counters, Clients clients) {
        this.counters = counters;
        this.clients = clients;
    }

    /** All sessions, the oldest first. */
    List<ClientSnapshot> clients() {
        return clients.all().stream().map(Clients.Client::snapshot)
                .sorted(Comparator.comparingLong(ClientSnapshot::id)).toList();
    }

    /** Channels, those first that were active last. */
    ChannelList channels(int limit) {
        List<ChannelList.Entry> all = new ArrayList<>();
        for (Clients.Client client : clients.all()) {
            client.session().channels().forEach(channel -> all.add(new ChannelList.Entry(client.id(), channel)));
        }
        return new ChannelList(all.size(), all.stream().sorted(LATEST_FIRST).limit(limit).toList());
    }

    Totals totals() {
        Collection<Clients.Client> present = clients.all();
        SessionCounters sessions = counters.sessions;
        return new Totals(Duration.ofNanos(System.nanoTime() - began), present.size(),
                present.stream().mapToInt(client -> client.session().channelCount()).sum(),
                sessions.openedChannels.sum(), sessions.receivedBytes.sum(), sessions.sentBytes.sum(),
                sessions.receivedMessages.sum(), sessions.sentMessages.sum(), sessions.resumes.sum(),
                sessions.retransmittedBytes.sum(), sessions.windowStalls.sum(), sessions.droppedDatagrams.sum(),
                counters.failedLogins.sum(), dialErrors(),
                present.stream().mapToLong(client -> client.session().queuedBytes()).sum(),
                present.stream().mapToLong(client -> client.session().replayBytes()).sum());
    }

    private Map<DialError, Long> dialErrors() {
        Map<DialError, Long> errors = new EnumMap<>(DialError.class);
        for (DialError kind : DialError.values()) {
            errors.put(kind, counters.relay.dialErrors(kind));
        }
        return errors;
    }
}
