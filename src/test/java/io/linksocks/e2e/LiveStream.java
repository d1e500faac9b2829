package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What a dashboard gets from a server. */
final class LiveStream implements AutoCloseable {
    final HttpResponse<InputStream> response;
    private final BufferedReader in;

    /** One event of a stream. */
    record Event(String name, Map<?, ?> data) {
        long number(String member) {
            return (Long) data.get(member);
        }

        List<?> list(String member) {
            return (List<?>) data.get(member);
        }
    }

    LiveStream(HttpClient http, int port) throws Exception {
        response = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/live"))
                .header("X-API-Key", Network.API_KEY).build(), HttpResponse.BodyHandlers.ofInputStream());
        in = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** Null at the end. */
    Event next() throws Exception {
        String name = in.readLine();
        if (name == null) {
            return null;
        }
        String data = in.readLine();
        assertTrue(name.startsWith("event: ") && data.startsWith("data: "), name);
        assertEquals("", in.readLine());
        return new Event(name.substring(7), (Map<?, ?>) Json.parse(data.substring(6)));
    }

    Event next(String name) throws Exception {
        Event event = next();
        while (!event.name().equals(name)) {
            event = next();
        }
        return event;
    }

    /** The text of the next event of a kind that the dashboard lists. */
    String nextText(String kind) throws Exception {
        Event event = next("event");
        while (!event.data().get("kind").equals(kind)) {
            event = next("event");
        }
        return (String) event.data().get("text");
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
