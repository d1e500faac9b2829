package io.linksocks.server;

import io.linksocks.util.TokenText;
import io.linksocks.util.Version;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the dashboard shows, as JSON. */
final class LiveState {
    /** More of a list than a screen shows is sent, but not all of it every second. */
    private static final int MAX_LISTED = 200;

    private final TokenRegistry tokens;
    private final ServerMonitor monitor;
    private final Supplier<Map<String, Object>> refusals;

    LiveState(TokenRegistry tokens, ServerMonitor monitor, Supplier<Map<String, Object>> refusals) {
        this.tokens = tokens;
        this.monitor = monitor;
        this.refusals = refusals;
    }

    Map<String, Object> describe(long second, Throughput.Sample rates) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("second", second);
        members.put("version", Version.current());
        members.put("rates", Map.of("bytes_in", rates.in(), "bytes_out", rates.out()));
        members.put("totals", MonitorJson.of(monitor.totals()));
        members.put("refused", refusals.get());
        members.put("tokens", describe(tokens.all()));
        members.put("clients", monitor.clients().stream().limit(MAX_LISTED).map(MonitorJson::of).toList());
        members.put("channels", MonitorJson.of(monitor.channels(MAX_LISTED)).get("channels"));
        return members;
    }

    // --- tokens ----------------------------------------------------------------------------------------------------

    /** Connector tokens stand behind the reverse token that they belong to. */
    private static List<Map<String, Object>> describe(Collection<Token> tokens) {
        return tokens.stream().filter(token -> !(token instanceof ConnectorToken))
                .sorted(Comparator.comparing(Token::value))
                .flatMap(token -> token instanceof ReverseToken reverse
                        ? Stream.concat(Stream.of(token), reverse.connectors().stream())
                        : Stream.of(token))
                .limit(MAX_LISTED).map(LiveState::describe).toList();
    }

    private static Map<String, Object> describe(Token token) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("token", token.value());
        members.put("type", token.type());
        members.put("label", TokenText.label(token.value()));
        members.put("clients", token.clients());
        members.put("channels", token.channels());
        if (token instanceof ReverseToken reverse) {
            members.put("port", reverse.port());
        }
        return members;
    }

    // --- events ----------------------------------------------------------------------------------------------------

    static Map<String, Object> describe(RecentEvents.Event event) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", event.id());
        members.put("time", event.time());
        members.put("kind", event.kind().name().toLowerCase(Locale.ROOT));
        members.put("text", event.text());
        members.put("count", event.count());
        return members;
    }
}
