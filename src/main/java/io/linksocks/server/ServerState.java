package io.linksocks.server;

import io.linksocks.dial.DialError;
import io.linksocks.session.ChannelSnapshot;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionSnapshot;
import io.linksocks.util.TokenText;
import io.linksocks.util.Version;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** The state of a running server as JSON objects of the HTTP API, collected on request. */
final class ServerState {
    /** Most rows of a list in a snapshot, which is sent to dashboards every second. */
    private static final int MAX_LIVE_ROWS = 1000;

    private final long began = System.nanoTime();
    private final TokenRegistry tokens;
    private final ServerCounters counters;
    private final Clients clients;
    private final Drain drain;
    /** Null for none. */
    private final Cluster cluster;

    ServerState(TokenRegistry tokens, ServerCounters counters, Clients clients, Drain drain, Cluster cluster) {
        this.tokens = tokens;
        this.counters = counters;
        this.clients = clients;
        this.drain = drain;
        this.cluster = cluster;
    }

    /** The response to {@code /api/status}: a superset of the reference's. */
    Map<String, Object> status() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("version", Version.current());
        members.put("tokens", independentTokens().map(ServerState::statusOf).toList());
        members.put("refused", counters.refusalCounts());
        members.put("totals", totals());
        List<Map<String, Object>> draining = draining();
        if (!draining.isEmpty()) {
            members.put("draining", draining);
        }
        if (cluster != null) {
            members.put("cluster", cluster.members());
        }
        return members;
    }

    private List<Map<String, Object>> draining() {
        return drain.all().stream().map(Drain.Status::members).toList();
    }

    /** The snapshot for the dashboard. */
    Map<String, Object> live(long second, Throughput.Sample rates) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("second", second);
        members.put("version", Version.current());
        members.put("rates", Map.of("bytes_in", rates.in(), "bytes_out", rates.out()));
        members.put("totals", totals());
        members.put("draining", draining());
        members.put("nodes", cluster == null ? List.of() : cluster.nodes());
        members.put("cluster_warning", cluster == null ? null : cluster.warning().orElse(null));
        members.put("refused", counters.refusalCounts());
        members.put("tokens", tokens(MAX_LIVE_ROWS, "").get("tokens"));
        members.put("clients", clients(MAX_LIVE_ROWS, "").get("clients"));
        members.put("channels", channels(MAX_LIVE_ROWS, "").get("channels"));
        return members;
    }

    /** Round trips by the number of the client, for the clients of {@link #live}. */
    Map<String, Object> roundTrips() {
        Map<String, Object> members = new LinkedHashMap<>();
        clients.all().stream().sorted(Comparator.comparingLong(Clients.Client::id)).limit(MAX_LIVE_ROWS)
                .forEach(client -> members.put(Long.toString(client.id()), client.roundTrips().samples()));
        return members;
    }

    private Map<String, Object> totals() {
        List<Clients.Client> present = clients.all();
        SessionCounters sessions = counters.sessions;
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("uptime_seconds", Duration.ofNanos(System.nanoTime() - began).toSeconds());
        members.put("tokens", tokens.all().size());
        members.put("clients", present.size());
        members.put("channels", present.stream().mapToInt(client -> client.session().channelCount()).sum());
        members.put("channels_opened", sessions.openedChannels.sum());
        members.put("bytes_in", sessions.receivedBytes.sum());
        members.put("bytes_out", sessions.sentBytes.sum());
        members.put("messages_in", sessions.receivedMessages.sum());
        members.put("messages_out", sessions.sentMessages.sum());
        members.put("resumes", sessions.resumes.sum());
        members.put("retransmitted_bytes", sessions.retransmittedBytes.sum());
        members.put("stalls", sessions.windowStalls.sum());
        members.put("dropped_datagrams", sessions.droppedDatagrams.sum());
        members.put("auth_failures", counters.failedLogins.sum());
        Map<String, Object> dialErrors = new LinkedHashMap<>();
        for (DialError kind : DialError.values()) {
            dialErrors.put(name(kind), counters.relay.dialErrors(kind));
        }
        members.put("dial_errors", dialErrors);
        members.put("queued_bytes", present.stream().mapToLong(client -> client.session().queuedBytes()).sum());
        members.put("replay_bytes", present.stream().mapToLong(client -> client.session().replayBytes()).sum());
        return members;
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    // --- tokens ------------------------------------------------------------------------------------------------------

    /** All but connector tokens, which are listed with their reverse token. */
    private Stream<Token> independentTokens() {
        return tokens.all().stream().filter(token -> !(token instanceof Token.Connector))
                .sorted(Comparator.comparing(ServerState::shown, String.CASE_INSENSITIVE_ORDER).thenComparing(Token::value));
    }

    /** The name, or what is shown in its place. */
    private static String shown(Token token) {
        String name = token.account().settings().name();
        return name.isEmpty() ? TokenText.label(token.value()) : name;
    }

    private static Map<String, Object> statusOf(Token token) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("token", token.value());
        members.put("type", token.type());
        members.put("clients_count", token.clients());
        if (token instanceof ReverseToken reverse) {
            members.put("port", reverse.port());
            members.put("connector_tokens", reverse.connectors().stream().map(Token::value).toList());
        }
        members.put("channels", token.channels());
        describe(members, token);
        return members;
    }

    /**
     * Tokens by name; those of connectors follow their reverse token.
     *
     * @param search a part of their name, value, type or SOCKS port; empty for all
     */
    Map<String, Object> tokens(int limit, String search) {
        List<Token> all = independentTokens()
                .flatMap(token -> token instanceof ReverseToken reverse
                        ? Stream.concat(Stream.of(token), reverse.connectors().stream())
                        : Stream.of(token))
                .filter(token -> contains(search, token.account().settings().name(), token.value(), token.type(),
                        token instanceof ReverseToken reverse ? Integer.toString(reverse.port()) : ""))
                .toList();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("total", all.size());
        members.put("tokens", all.stream().limit(limit).map(ServerState::liveOf).toList());
        return members;
    }

    private static Map<String, Object> liveOf(Token token) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("token", token.value());
        members.put("type", token.type());
        members.put("label", TokenText.label(token.value()));
        members.put("clients", token.clients());
        members.put("channels", token.channels());
        if (token instanceof ReverseToken reverse) {
            members.put("port", reverse.port());
        }
        describe(members, token);
        return members;
    }

    private static void describe(Map<String, Object> members, Token token) {
        TokenTraffic.Day today = token.account().today();
        members.put("bytes_in_today", today.in());
        members.put("bytes_out_today", today.out());
        TokenJson.write(members, token.account().settings());
    }

    /** The response to {@code /api/traffic}: tokens with their days, the oldest first. */
    Map<String, Object> traffic() {
        return Map.of("tokens", tokens.all().stream().sorted(Comparator.comparing(Token::value))
                .map(ServerState::trafficOf).toList());
    }

    private static Map<String, Object> trafficOf(Token token) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("token", token.value());
        members.put("type", token.type());
        if (!token.account().settings().name().isEmpty()) {
            members.put("name", token.account().settings().name());
        }
        members.put("days", token.account().days().stream().map(ServerState::of).toList());
        return members;
    }

    private static Map<String, Object> of(TokenTraffic.Day day) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("day", day.date().toString());
        members.put("bytes_in", day.in());
        members.put("bytes_out", day.out());
        return members;
    }

    // --- clients and channels ----------------------------------------------------------------------------------------

    /**
     * Clients, the oldest first.
     *
     * @param search a part of their address, role, token or version; empty for all
     */
    Map<String, Object> clients(int limit, String search) {
        List<Clients.Client> all = clients.all().stream().filter(client -> contains(search, client.session().peer(),
                client.role().toString(), shown(client.token()), client.program())).toList();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("total", all.size());
        members.put("clients", all.stream().sorted(Comparator.comparingLong(Clients.Client::id)).limit(limit)
                .map(ServerState::of).toList());
        return members;
    }

    /** Whether one of the texts contains another one, without regard to case. */
    private static boolean contains(String search, String... texts) {
        String wanted = search.toLowerCase(Locale.ROOT);
        return Stream.of(texts).anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(wanted));
    }

    private static Map<String, Object> of(Clients.Client client) {
        SessionSnapshot session = client.session().snapshot();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", client.id());
        members.put("role", client.role().toString());
        members.put("token", TokenText.label(client.token().value()));
        if (!client.token().account().settings().name().isEmpty()) {
            members.put("token_name", client.token().account().settings().name());
        }
        members.put("address", session.peer());
        members.put("version", client.program());
        members.put("extensions", session.features().names());
        members.put("attached", session.attached());
        members.put("round_trip_ms", session.roundTrip().isZero() ? null : millis(session.roundTrip()));
        members.put("resumes", session.resumes());
        members.put("connected_seconds", session.age().toSeconds());
        members.put("channels", session.channels());
        members.put("bytes_in", session.receivedBytes());
        members.put("bytes_out", session.sentBytes());
        members.put("messages_in", session.receivedMessages());
        members.put("messages_out", session.sentMessages());
        members.put("replay_bytes", session.replayBytes());
        return members;
    }

    /** Rounded to microseconds. */
    private static double millis(Duration time) {
        return Math.round(time.toNanos() / 1e3) / 1e3;
    }

    /** @param connectorChannel the channel that a provider's one is spliced to; null for none */
    private record ClientChannel(Clients.Client client, ChannelSnapshot channel, UUID connectorChannel) {
        boolean matches(String search) {
            return contains(search, channel.target() == null ? "" : channel.target().toString(), name(channel.transport()),
                    client.session().peer());
        }
    }

    /**
     * Channels, the most recently active first.
     *
     * @param search a part of their target, protocol or the address of their client; empty for all
     */
    Map<String, Object> channels(int limit, String search) {
        Map<UUID, UUID> splices = new HashMap<>();
        clients.all().forEach(client -> splices.putAll(client.role().splices()));
        List<ClientChannel> all = clients.all().stream().flatMap(client -> client.session().channels().stream()
                .map(channel -> new ClientChannel(client, channel, splices.get(channel.id()))))
                .filter(entry -> entry.matches(search)).toList();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("total", all.size());
        members.put("channels", all.stream().sorted(Comparator.comparing(entry -> entry.channel().idle())).limit(limit)
                .map(ServerState::of).toList());
        return members;
    }

    private static Map<String, Object> of(ClientChannel entry) {
        ChannelSnapshot channel = entry.channel();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", channel.id().toString());
        members.put("client", entry.client().id());
        members.put("address", entry.client().session().peer());
        if (entry.connectorChannel() != null) {
            members.put("connector_channel", entry.connectorChannel().toString());
        }
        members.put("protocol", name(channel.transport()));
        members.put("target", channel.target() == null ? null : channel.target().toString());
        members.put("bytes_in", channel.receivedBytes());
        members.put("bytes_out", channel.sentBytes());
        members.put("queued_bytes", channel.queuedBytes());
        members.put("age_seconds", channel.age().toSeconds());
        members.put("idle_seconds", channel.idle().toSeconds());
        return members;
    }
}
