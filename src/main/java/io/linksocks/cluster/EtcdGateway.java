package io.linksocks.cluster;

import io.linksocks.json.Json;
import io.linksocks.json.JsonException;
import io.linksocks.tls.TlsFailure;
import io.linksocks.util.Reason;
import io.linksocks.util.Threads;
import io.linksocks.util.TimeLimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * JSON requests to the HTTP gateway of etcd v3. One that fails at an endpoint goes to the next; each attempt has a time limit,
 * each answer a limit of its size. Thread-safe.
 */
final class EtcdGateway implements AutoCloseable {
    /** More than a page of the largest records. A server with a small heap has room for it. */
    static final int MAX_ANSWER = 5 << 20;
    private static final int MAX_REASON = 200;
    private static final int OK = 200;
    private static final int DELETE = 0x7F;
    /** Would move the cursor of a terminal that shows the state of the cluster. */
    private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+", Pattern.UNICODE_CHARACTER_CLASS);

    /** @param password null without a log-in, like the user */
    record Login(String user, String password) {}

    private final List<URI> endpoints;
    private final Login login;
    private final Duration timeout;
    private final HttpClient http;
    /** The endpoint to try first. */
    private volatile int preferred;
    /** What the log-in has brought; null before. */
    private volatile String ticket;

    /**
     * @param tls null for the platform's
     * @param login null for none
     * @param timeout of an attempt
     */
    EtcdGateway(List<URI> endpoints, SSLContext tls, Login login, Duration timeout) {
        this(endpoints, login, timeout, client(tls, timeout));
    }

    EtcdGateway(List<URI> endpoints, Login login, Duration timeout, HttpClient http) {
        this.endpoints = List.copyOf(endpoints);
        this.login = login;
        this.timeout = timeout;
        this.http = http;
    }

    private static HttpClient client(SSLContext tls, Duration timeout) {
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .executor(Threads.perTask("cluster http")).proxy(HttpClient.Builder.NO_PROXY).connectTimeout(timeout);
        return (tls == null ? builder : builder.sslContext(tls)).build();
    }

    /** The time limit of an attempt. */
    Duration timeout() {
        return timeout;
    }

    /** The answer to one request. */
    Map<?, ?> ask(String path, Map<String, Object> body) throws IOException {
        return attempt(endpoint -> answer(send(endpoint, path, body)));
    }

    /** The answer to a request as a stream, which the caller closes. Only its beginning has a time limit. */
    InputStream open(String path, Map<String, Object> body) throws IOException {
        return attempt(endpoint -> {
            HttpResponse<InputStream> response = send(endpoint, path, body);
            if (response.statusCode() != OK) {
                answer(response);
            }
            return response.body();
        });
    }

    /** Lets the next request begin with another endpoint, because this one hangs. */
    void turnAway() {
        preferred = (preferred + 1) % endpoints.size();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    // --- attempts ----------------------------------------------------------------------------------------------------

    private interface Attempt<T> {
        T at(URI endpoint) throws IOException;
    }

    private <T> T attempt(Attempt<T> attempt) throws IOException {
        int first = preferred;
        IOException failure = null;
        for (int i = 0; i < endpoints.size(); i++) {
            int index = (first + i) % endpoints.size();
            try {
                T answer = loggedIn(attempt, endpoints.get(index));
                preferred = index;
                return answer;
            } catch (EtcdException e) {
                if (!e.isTransient()) {
                    throw e;
                }
                failure = e;
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private <T> T loggedIn(Attempt<T> attempt, URI endpoint) throws IOException {
        if (login == null) {
            return attempt.at(endpoint);
        }
        if (ticket == null) {
            logIn(endpoint);
        }
        try {
            return attempt.at(endpoint);
        } catch (EtcdException e) {
            if (!e.asksForLogin()) {
                throw e;
            }
            logIn(endpoint);
            return attempt.at(endpoint);
        }
    }

    private void logIn(URI endpoint) throws IOException {
        ticket = null;
        Map<?, ?> answer = answer(send(endpoint, "/v3/auth/authenticate",
                Map.of("name", login.user(), "password", login.password())));
        if (!(answer.get("token") instanceof String token) || !token.chars().allMatch(c -> c >= ' ' && c < DELETE)) {
            // An HTTP client that refuses it would repeat it in an exception.
            throw new IOException(endpoint.getAuthority() + " sent no ticket for the log-in");
        }
        ticket = token;
    }

    // --- one request -------------------------------------------------------------------------------------------------

    private HttpResponse<InputStream> send(URI endpoint, String path, Map<String, Object> body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.resolve(path))
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)));
        String pass = ticket;
        if (pass != null) {
            request.header("Authorization", pass);
        }
        // A time limit of the request itself would end a watch as well: from JDK 26 on it covers the body.
        CompletableFuture<HttpResponse<InputStream>> answer =
                http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException(endpoint.getAuthority() + " doesn't answer", e);
        } catch (ExecutionException e) {
            Threads.reportError(e);
            TlsFailure tls = TlsFailure.of(e.getCause());
            boolean unreachable = tls == null && e.getCause() instanceof ConnectException;
            throw new IOException(endpoint.getAuthority() + (unreachable ? " can't be reached"
                    : ": " + (tls == null ? Reason.of(e.getCause()) : tls.reason())), e.getCause());
        }
    }

    private Map<?, ?> answer(HttpResponse<InputStream> response) throws IOException {
        String text = read(response.body());
        boolean ok = response.statusCode() == OK;
        if (parse(text) instanceof Map<?, ?> members && (ok || members.get("code") instanceof Long)) {
            if (ok) {
                return members;
            }
            throw failure(members);
        }
        throw new IOException(response.uri().getAuthority() + " isn't the gateway of etcd v3: status "
                + response.statusCode());
    }

    private static EtcdException failure(Map<?, ?> members) {
        Object message = members.containsKey("message") ? members.get("message") : members.get("error");
        String reason = message instanceof String text ? CONTROLS.matcher(text).replaceAll(" ") : "without a reason";
        String shown = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) + "..." : reason;
        return new EtcdException("etcd refuses: " + shown, ((Long) members.get("code")).intValue());
    }

    private static Object parse(String text) throws IOException {
        try {
            return Json.parse(text, MAX_ANSWER);
        } catch (JsonException e) {
            return null;
        }
    }

    private String read(InputStream body) throws IOException {
        TimeLimit limit = new TimeLimit(timeout, () -> close(body));
        try (body; limit) {
            byte[] bytes = body.readNBytes(MAX_ANSWER + 1);
            if (bytes.length > MAX_ANSWER) {
                throw new IOException("an answer of etcd is longer than " + MAX_ANSWER + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw limit.isExceeded() ? new IOException("an answer of etcd takes too long", e) : e;
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // The reader is told.
            return;
        }
    }
}
