package io.linksocks.server;

import io.linksocks.http.Request;
import io.linksocks.http.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** {@code GET /api/clients} and {@code GET /api/channels}: who is here, and what goes on. */
final class MonitorApi {
    private static final String LIMIT = "limit";
    /** In less than the megabyte of text that our own reader of JSON takes. */
    private static final int CLIENTS = 1000;
    private static final int CHANNELS = 200;
    /** Some megabytes. */
    private static final int MAX_LIMIT = 10_000;

    private final ServerMonitor monitor;

    MonitorApi(ServerMonitor monitor) {
        this.monitor = monitor;
    }

    Response clients(Request request) {
        return limited(request, CLIENTS, limit -> {
            List<ClientSnapshot> all = monitor.clients();
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("total", all.size());
            members.put("clients", all.stream().limit(limit).map(MonitorJson::of).toList());
            return members;
        });
    }

    Response channels(Request request) {
        return limited(request, CHANNELS, limit -> MonitorJson.of(monitor.channels(limit)));
    }

    /** @param usual limit, when the request has none */
    private static Response limited(Request request, int usual, IntFunction<Map<String, Object>> answer) {
        String given = request.head().query().get(LIMIT);
        if (given != null && !given.matches("[0-9]{1,5}")) {
            return invalidLimit();
        }
        int limit = given == null ? usual : Integer.parseInt(given);
        return limit > MAX_LIMIT ? invalidLimit() : ApiAnswer.json(200, answer.apply(limit));
    }

    private static Response invalidLimit() {
        return ApiAnswer.failure(400, "limit must be a number from 0 to " + MAX_LIMIT);
    }
}
