package io.linksocks.client;

import io.linksocks.tls.ClientTls;
import io.linksocks.tls.KeyStores;
import io.linksocks.util.Bounds;
import io.linksocks.websocket.ConnectOptions;
import io.linksocks.websocket.HttpProxies;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;

/** The part of {@link LinkSocksClientBuilder} for the way to the servers: URLs, proxy, TLS, and when to connect again. */
abstract sealed class ReachOptions permits LinkSocksClientBuilder {
    /** More WebSockets than processors gain nothing, and each is a client to the server. */
    private static final int MAX_THREADS = 64;

    private final List<URI> urls = new ArrayList<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private boolean reconnect = true;
    private boolean retryAuth;
    private int threads = 1;
    private boolean standby;
    private boolean environmentProxy = true;
    private HttpProxies proxy;
    private Duration reconnectDelay = Duration.ofSeconds(5);
    private ClientTls tls = ClientTls.DEFAULT;

    abstract LinkSocksClientBuilder self();

    /** @throws IllegalStateException when two options exclude each other */
    ServerReach reach() {
        if (tls.own() != null && tls.certificate() != null) {
            throw new IllegalStateException("certificate(Path, Path) has no effect with tls(SSLContext): give the context this"
                    + " certificate, or use ca(KeyStore) or ca(Path) in place of the context");
        }
        List<URI> servers = urls.isEmpty() ? List.of(ServerUrl.parse("ws://localhost:8765")) : List.copyOf(urls);
        HttpProxies proxies = proxy == null && environmentProxy ? HttpProxies.fromEnvironment(System.getenv()) : proxy;
        return new ServerReach(servers, Map.copyOf(headers), proxies, tls, reconnect, reconnectDelay, retryAuth, threads,
                standby);
    }

    /**
     * Adds the URL of a server. With several servers, the client tries the next one when it can't reach one.
     *
     * @param url such as {@code wss://example.com}; the default scheme is wss
     * @return this builder
     * @throws IllegalArgumentException when it is not the URL of a server
     */
    public LinkSocksClientBuilder url(String url) {
        urls.add(ServerUrl.parse(url));
        return self();
    }

    /**
     * Sets whether to reconnect after a connection ended or could not be made. If not, the client ends after one failed attempt
     * for each server.
     *
     * @param value true by default
     * @return this builder
     */
    public LinkSocksClientBuilder reconnect(boolean value) {
        reconnect = value;
        return self();
    }

    /**
     * Sets whether to retry after the server refused the token.
     *
     * @param value false by default
     * @return this builder
     */
    public LinkSocksClientBuilder retryAuth(boolean value) {
        retryAuth = value;
        return self();
    }

    /**
     * Sets the pause after a failed attempt, which grows by half each time, up to a minute.
     *
     * @param delay not negative; 5 seconds by default
     * @return this builder
     */
    public LinkSocksClientBuilder reconnectDelay(Duration delay) {
        reconnectDelay = Bounds.notNegative("reconnectDelay", delay);
        return self();
    }

    /**
     * Sets the number of WebSockets that connections are spread over.
     *
     * @param count 1, the default, to 64
     * @return this builder
     * @throws IllegalArgumentException when it is out of range
     */
    public LinkSocksClientBuilder threads(int count) {
        threads = Bounds.range("threads", count, 1, MAX_THREADS);
        return self();
    }

    /**
     * Sets whether to keep a second, authenticated connection ready, which takes the place of one that is lost.
     *
     * @param value false by default
     * @return this builder
     */
    public LinkSocksClientBuilder standby(boolean value) {
        standby = value;
        return self();
    }

    /**
     * Sets whether to honour http_proxy, https_proxy and no_proxy.
     *
     * @param value true by default
     * @return this builder
     */
    public LinkSocksClientBuilder environmentProxy(boolean value) {
        environmentProxy = value;
        return self();
    }

    /**
     * Sets the HTTP proxy in front of the server, regardless of the environment: {@code http://[user:password@]host[:port]}.
     *
     * @param url with the user's name and password percent-encoded
     * @return this builder
     * @throws IllegalArgumentException when it is not such a URL
     */
    public LinkSocksClientBuilder proxy(URI url) {
        proxy = HttpProxies.fixed(url);
        return self();
    }

    /**
     * Adds a header field to the WebSocket handshake.
     *
     * @param name the field name
     * @param value the field value, which is never logged
     * @return this builder
     * @throws IllegalArgumentException when name or value are malformed, or the handshake sets this field itself
     */
    public LinkSocksClientBuilder header(String name, String value) {
        ConnectOptions.checkHeader(name, value);
        headers.put(name, value);
        return self();
    }

    /**
     * Sets a PEM file with the certificates to trust instead of the platform's, for wss.
     *
     * @param file read when the client starts; null, the default, for the platform's
     * @return this builder
     */
    public LinkSocksClientBuilder ca(Path file) {
        tls = tls.withAuthorities(file);
        return self();
    }

    /**
     * Sets a key store with the certificates to trust instead of the platform's, for wss.
     *
     * @param authorities its certificate entries are read at once
     * @return this builder
     * @throws IllegalArgumentException when it has none that is valid now
     */
    public LinkSocksClientBuilder ca(KeyStore authorities) {
        tls = tls.withAuthorities(KeyStores.authorities(authorities));
        return self();
    }

    /**
     * Sets the context for wss instead of {@link #ca(Path)} and {@link #certificate}: it has the certificate of this client,
     * if there is one. {@link #insecure} takes precedence.
     *
     * @param context initialized
     * @return this builder
     */
    public LinkSocksClientBuilder tls(SSLContext context) {
        tls = tls.withContext(Objects.requireNonNull(context, "context"));
        return self();
    }

    /**
     * Sets the certificate of this client, for wss servers that ask for one.
     *
     * @param certificateFile PEM file with the certificate, followed by its intermediate certificates; read when the client
     *     starts
     * @param keyFile PEM file with its private key, not encrypted
     * @return this builder
     */
    public LinkSocksClientBuilder certificate(Path certificateFile, Path keyFile) {
        tls = tls.withCertificate(Objects.requireNonNull(certificateFile, "certificate file"),
                Objects.requireNonNull(keyFile, "key file"));
        return self();
    }

    /**
     * Disables the check of the server's certificate: anybody between client and server can read and change all traffic.
     *
     * @param value false by default
     * @return this builder
     */
    public LinkSocksClientBuilder insecure(boolean value) {
        tls = tls.withInsecure(value);
        return self();
    }

    /**
     * Sets the name to send (SNI, RFC 6066) and to expect in the certificate instead of the URL's host, for wss.
     *
     * @param name null, the default, for the URL's host
     * @return this builder
     * @throws IllegalArgumentException when it is not a host name
     */
    public LinkSocksClientBuilder sni(String name) {
        tls = tls.withServerName(name);
        return self();
    }
}
