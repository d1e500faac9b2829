package io.linksocks.server;

import io.linksocks.http.Request;
import io.linksocks.http.Response;
import io.linksocks.http.Route;
import io.linksocks.util.Version;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code GET /api/status}: version and tokens, with the fields of the reference, the number of open channels, what was
 * turned away, and what was done.
 */
final class StatusApi implements Route.Handler {
    private final TokenRegistry tokens;
    private final Supplier<Map<String, Object>> refusals;
    private final ServerMonitor monitor;

    /** @param refusals what was turned away so far */
    StatusApi(TokenRegistry tokens, Supplier<Map<String, Object>> refusals, ServerMonitor monitor) {
        this.tokens = tokens;
        this.refusals = refusals;
        this.monitor = monitor;
    }

    @Override
    public Response handle(Request request) {
        List<Map<String, Object>> listed = tokens.all().stream().sorted(Comparator.comparing(Token::value))
                .filter(token -> !(token instanceof ConnectorToken)).map(StatusApi::describe).toList();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("version", Version.current());
        status.put("tokens", listed);
        status.put("refused", refusals.get());
        status.put("totals", MonitorJson.of(monitor.totals()));
        return ApiAnswer.json(200, status);
    }

    /** Connector tokens are listed with the reverse token that they belong to. */
    private static Map<String, Object> describe(Token token) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("token", token.value());
        members.put("type", token.type());
        members.put("clients_count", token.clients());
        if (token instanceof ReverseToken reverse) {
            members.put("port", reverse.port());
            members.put("connector_tokens", reverse.connectors().stream().map(ConnectorToken::value).toList());
        }
        members.put("channels", token.channels());
        return members;
    }
}
