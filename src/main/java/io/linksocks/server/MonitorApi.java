package io.linksocks.server;

import io.linksocks.http.Request;
import io.linksocks.http.Response;
import java.util.Map;

/** {@code GET /api/clients} and {@code GET /api/channels}: who is here, and what goes on. */
final class MonitorApi {
    private static final String LIMIT = "limit";
    private static final int DEFAULT_LIMIT = 200;
    /** Some megabytes of text. */
    private static final int MAX_LIMIT = 10_000;

    private final ServerMonitor monitor;

    MonitorApi(ServerMonitor monitor) {
        this.monitor = monitor;
    }

    Response clients(Request request) {
        return ApiAnswer.json(200, Map.of("clients", monitor.clients().stream().map(MonitorJson::of).toList()));
    }

    Response channels(Request request) {
        try {
            return ApiAnswer.json(200, MonitorJson.of(monitor.channels(limit(request))));
        } catch (NumberFormatException e) {
            return ApiAnswer.failure(400, "limit must be a number from 0 to " + MAX_LIMIT);
        }
    }

    private static int limit(Request request) {
        String given = request.head().query().get(LIMIT);
        int limit = given == null ? DEFAULT_LIMIT : Integer.parseInt(given);
        if (limit < 0 || limit > MAX_LIMIT) {
            throw new NumberFormatException();
        }
        return limit;
    }
}
