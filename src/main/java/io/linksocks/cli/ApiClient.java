package io.linksocks.cli;

import io.linksocks.json.Json;
import io.linksocks.json.JsonException;
import io.linksocks.tls.ClientTls;
import io.linksocks.tls.TlsFailure;
import io.linksocks.util.Reason;
import io.linksocks.util.TimeText;
import io.linksocks.websocket.Hop;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** Client of the HTTP API; every error says what to do. */
final class ApiClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** In characters: ten thousand clients or tokens are 6 MiB. */
    private static final int MAX_ANSWER = 16 << 20;
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY_REQUESTS = 429;

    private final HttpClient http;
    private final URI base;
    private final String key;
    private final Hop hop;

    /**
     * Blocks until one address of the server answers, if its name has several.
     *
     * @param base without the path of the API
     */
    ApiClient(URI base, String key, ClientTls tls) throws IOException {
        this.base = base;
        this.key = key;
        this.hop = hop(tls.context());
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .proxy(hop.proxies()).connectTimeout(TIMEOUT);
        if (hop.tls() != null) {
            builder.sslContext(hop.tls());
        }
        this.http = builder.build();
    }

    private Hop hop(SSLContext context) throws IOException {
        try {
            return Hop.direct(base, context, TIMEOUT);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** The answer to a call that every server with an API has. */
    Map<?, ?> get(String path) throws IOException, InterruptedException {
        Map<?, ?> answer = find(path);
        if (answer == null) {
            throw new IOException(base + " has no API: start that server with -k KEY or LINKSOCKS_API_KEY,"
                    + " or name another one with -u");
        }
        return answer;
    }

    /** The answer to a call that older servers lack; null when this one does. */
    Map<?, ?> find(String path) throws IOException, InterruptedException {
        return call("GET", path);
    }

    /** Disconnects a client by its number. */
    void disconnect(String id) throws IOException, InterruptedException {
        if (!id.matches("[0-9]{1,18}") || call("DELETE", "/api/clients/" + id) == null) {
            throw new IOException(base + " has no client " + OneLine.quote(id)
                    + ": the ID column shows those that are connected");
        }
    }

    private Map<?, ?> call(String method, String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(method, path);
        return switch (answer.statusCode()) {
            case OK -> members(answer.body());
            case NOT_FOUND -> null;
            case UNAUTHORIZED -> throw new IOException(base + " refused the API key: set the right one with -k or"
                    + " LINKSOCKS_API_KEY");
            case TOO_MANY_REQUESTS -> throw new IOException(base + " has had too many wrong keys or tokens from here:"
                    + " wait a minute and try again");
            default -> throw new IOException(base + " answered " + answer.statusCode() + ": is it a LinkSocks server?");
        };
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        try {
            return http.send(request(method, path), HttpResponse.BodyHandlers.ofString());
        } catch (IllegalArgumentException e) {
            // Not as the cause: its message may repeat the key.
            throw new IOException("the API key can't be sent in a header, so no server has it");
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private HttpRequest request(String method, String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(hop.uri() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody()).timeout(TIMEOUT).header("X-API-Key", key);
        if (hop.host() != null) {
            request.header("Host", hop.host());
        }
        return request.build();
    }

    private IOException failure(IOException e) {
        if (e instanceof ConnectException || e instanceof NoRouteToHostException || e instanceof UnknownHostException) {
            return new IOException("nobody answers at " + base + ": is the server running? Name its address with -u", e);
        }
        if (e instanceof HttpTimeoutException || e instanceof SocketTimeoutException) {
            return new IOException("no answer from " + base + " within " + TimeText.of(TIMEOUT)
                    + "; name another address with -u", e);
        }
        String tls = TlsFailure.describe(e);
        return new IOException(base + ": " + (tls != null ? tls : Reason.of(e) + "; is it a LinkSocks server, and does"
                + " it want https?"), e);
    }

    private Map<?, ?> members(String body) throws IOException {
        try {
            if (Json.parse(body, MAX_ANSWER) instanceof Map<?, ?> members) {
                return members;
            }
        } catch (JsonException e) {
            throw new IOException(base + " answered what is no JSON: " + e.getMessage(), e);
        }
        throw new IOException(base + " answered something else than a LinkSocks server would");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
