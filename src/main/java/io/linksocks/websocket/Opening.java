package io.linksocks.websocket;

import io.linksocks.tls.PlainContext;
import io.linksocks.util.Endpoint;
import io.linksocks.util.IpLiteral;
import io.linksocks.util.NameLookup;
import io.linksocks.util.Reason;
import io.linksocks.util.Resolver;
import io.linksocks.util.Threads;
import io.linksocks.util.TimeText;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Opens a client WebSocket through proxies and redirects. Errors name the host, but not the query, which contains a token. */
final class Opening {
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

    private final ConnectOptions options;
    private final ProxySelector proxies;
    private final AddressProbe probe;
    private final long deadline;

    Opening(ConnectOptions options) {
        this(options, Resolver.SYSTEM.client());
    }

    Opening(ConnectOptions options, NameLookup names) {
        this.options = options;
        this.proxies = options.proxies().orElse(HttpClient.Builder.NO_PROXY);
        this.probe = new AddressProbe(names);
        this.deadline = System.nanoTime() + options.timeout().toNanos();
    }

    private JdkWebSocket open(URI uri) throws IOException {
        Hop hop = hop(uri);
        OpeningExecutor executor = new OpeningExecutor();
        HttpClient client = client(hop, executor);
        boolean opened = false;
        try {
            JdkListener listener = new JdkListener(executor::open);
            WebSocket socket = await(handshake(client, uri, hop, listener), executor, uri);
            opened = true;
            return new JdkWebSocket(client, socket, listener, ConnectOptions.endpoint(uri));
        } finally {
            if (!opened) {
                client.shutdownNow();
            }
        }
    }

    private Hop hop(URI uri) throws IOException {
        try {
            return Hop.to(uri, options, proxies, probe, left());
        } catch (InterruptedIOException | IllegalArgumentException e) {
            if (e instanceof InterruptedIOException && Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while connecting");
            }
            throw unreachable(uri, "", e);
        } catch (IOException e) {
            throw unreachable(uri, through(uri), e);
        }
    }

    private Duration left() {
        return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
    }

    /** @throws IOException when the system has no file descriptors left */
    private HttpClient client(Hop hop, OpeningExecutor executor) throws IOException {
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(executor)
                .proxy(hop.proxies());
        if (!ConnectOptions.isSecure(hop.uri())) {
            builder.sslContext(PlainContext.INSTANCE);
        } else if (hop.tls() != null) {
            builder.sslContext(hop.tls());
        }
        try {
            return builder.build();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    JdkWebSocket open() throws IOException {
        URI uri = options.uri();
        for (int redirects = 0; redirects <= Redirect.MOST; redirects++) {
            try {
                return open(uri);
            } catch (WebSocketHandshakeException e) {
                checkProxy(uri, e.getResponse().statusCode());
                uri = next(uri, e.getResponse());
            }
        }
        throw new IOException("more than " + Redirect.MOST + " redirects from " + ConnectOptions.endpoint(options.uri()));
    }

    private CompletableFuture<WebSocket> handshake(HttpClient client, URI uri, Hop hop, JdkListener listener)
            throws IOException {
        WebSocket.Builder builder = client.newWebSocketBuilder().connectTimeout(left());
        try {
            addHeaders(builder, uri, hop);
            return builder.buildAsync(hop.uri(), listener);
        } catch (IllegalArgumentException e) {
            throw unreachable(uri, "", e);
        }
    }

    private WebSocket await(CompletableFuture<WebSocket> opening, OpeningExecutor executor, URI uri) throws IOException {
        try {
            return (WebSocket) CompletableFuture.anyOf(opening, executor.excess()).get(left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Threads.reportError(e);
            throw e.getCause() instanceof WebSocketHandshakeException answer
                    ? answer : unreachable(uri, through(uri), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no WebSocket from " + ConnectOptions.endpoint(uri) + " within "
                    + TimeText.of(options.timeout()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while connecting");
        }
    }

    private void addHeaders(WebSocket.Builder builder, URI uri, Hop hop) {
        Map<String, String> headers = options.headersFor(uri);
        headers.forEach(builder::header);
        if (hop.host() != null && headers.keySet().stream().noneMatch("host"::equalsIgnoreCase)) {
            builder.header("Host", hop.host());
        }
        authorization(uri).ifPresent(value -> builder.header("Proxy-Authorization", value));
    }

    private Optional<String> authorization(URI uri) {
        return options.proxies().orElse(null) instanceof HttpProxies proxies ? proxies.authorization(uri) : Optional.empty();
    }

    private static IOException unreachable(URI uri, String way, Throwable cause) {
        Endpoint server = ConnectOptions.endpoint(uri);
        String start = "cannot reach " + server + way + ": ";
        String zone = way.isEmpty() ? IpLiteral.zoneProblem(server.host()) : null;
        return zone == null ? new IOException(start + describe(cause), cause) : new IOException(start + zone);
    }

    /** Names the proxy for error messages; empty without one. */
    private String through(URI uri) {
        return proxy(uri).map(proxy -> " through proxy " + proxy).orElse("");
    }

    private Optional<Endpoint> proxy(URI uri) {
        return options.proxies().map(proxies -> proxies.select(uri).getFirst().address())
                .map(address -> (InetSocketAddress) address)
                .map(address -> new Endpoint(address.getHostString(), address.getPort()));
    }

    /** The reason of an exception, or of its cause if it has no message, as is common in the JDK. */
    static String describe(Throwable error) {
        Throwable telling = error;
        while (telling.getMessage() == null && telling.getCause() != null) {
            telling = telling.getCause();
        }
        if (telling instanceof UnresolvedAddressException || telling instanceof UnknownHostException) {
            return "unknown host";
        }
        return Reason.of(telling);
    }

    private void checkProxy(URI uri, int status) throws IOException {
        Optional<Endpoint> proxy = proxy(uri);
        if (status == PROXY_AUTHENTICATION_REQUIRED && proxy.isPresent()) {
            throw new HandshakeException(status, "proxy " + proxy.get() + " wants a user name and a password, or others"
                    + (authorization(uri).isPresent() ? JdkSettings.loginHint() : ""));
        }
    }

    private static URI next(URI from, HttpResponse<?> answer) throws IOException {
        String location = answer.headers().firstValue("Location").orElse(null);
        if (!Redirect.is(answer.statusCode()) || location == null) {
            throw new HandshakeException(answer.statusCode(),
                    ConnectOptions.endpoint(from) + " answered " + answer.statusCode() + " instead of a WebSocket",
                    answer.headers().firstValue("Retry-After").orElse(null));
        }
        return Redirect.target(from, location);
    }
}
