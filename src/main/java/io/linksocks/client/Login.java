package io.linksocks.client;

import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.TokenHash;
import io.linksocks.protocol.TracedLink;
import io.linksocks.tls.ClientCertificate;
import io.linksocks.tls.TlsFailure;
import io.linksocks.util.Threads;
import io.linksocks.util.TokenText;
import io.linksocks.util.Version;
import io.linksocks.websocket.ConnectOptions;
import io.linksocks.websocket.HandshakeException;
import io.linksocks.websocket.JdkWebSocket;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** Opens links: connects to the server, authenticates and waits for the answer. */
final class Login {
    /** For the WebSocket to open, and once more for the server's answer. */
    static final Duration TIMEOUT = Duration.ofSeconds(15);
    /** The same for a question whose answer is only a better hint: a client that was refused exits soon. */
    private static final Duration HINT_TIMEOUT = Duration.ofSeconds(2);
    /** What servers say about a token that is right, but has a limit. */
    private static final String LIMIT = "the token ";
    /** AuthResponse takes 259 bytes; other servers may append something. */
    private static final int MAX_VERDICT = 1024;
    /** As the shell of Windows leaves single ones, and files of variables leave both. */
    private static final Pattern QUOTED = Pattern.compile("(?s)(['\"]).*\\1");
    /** A product token of RFC 9110, section 10.1.5, has no spaces. */
    private static final String PROGRAM = "linksocks-java/" + Version.current().replace(' ', '-');

    private final ClientOptions options;
    private final UUID instance;
    private final SSLContext tls;
    private volatile Link pending;

    /**
     * @param instance by which a server recognizes all connections of one client, including later ones
     * @param tls      null for the platform's default
     */
    Login(ClientOptions options, UUID instance, SSLContext tls) {
        this.tls = tls;
        this.options = options;
        this.instance = instance;
    }

    /** A link to a server that has accepted the token; the offer is null when the server supports no extensions. */
    record Admission(Link link, Message.Offer offer) {}

    /**
     * @throws InvalidTokenException when the server refuses the token
     * @throws IOException when the server can't be reached
     */
    Admission connect(URI url) throws IOException {
        return connect(url, options.provider(), TIMEOUT);
    }

    private Admission connect(URI url, boolean reverse, Duration limit) throws IOException {
        boolean byQuery = ServerUrl.authenticatesByQuery(url);
        URI full = byQuery ? ServerUrl.withQuery(url, "token=" + TokenHash.of(options.token())
                + "&reverse=" + reverse + "&instance=" + instance) : url;
        Optional<ProxySelector> proxies = Optional.ofNullable(options.reach().proxies());
        JdkWebSocket link = open(new ConnectOptions(full, headers(), limit, proxies, tls));
        pending = link;
        ScheduledFuture<?> timeout = Threads.later(limit, link::abort);
        try {
            if (!byQuery) {
                link.send(MessageWriter.write(new Message.Auth(options.token(), reverse, instance)));
            }
            return new Admission(TracedLink.of(link), awaitVerdict(link));
        } catch (IOException | RuntimeException e) {
            link.abort();
            throw e;
        } finally {
            timeout.cancel(false);
            pending = null;
        }
    }

    private JdkWebSocket open(ConnectOptions connection) throws IOException {
        try {
            return JdkWebSocket.connect(connection);
        } catch (IOException e) {
            TlsFailure failure = TlsFailure.of(e);
            if (failure != null) {
                throw new HintedException(failure.reason(), failure.hint(), e);
            }
            String hint = hint(connection.uri(), e);
            if ((hint == null || hint.equals(HintedException.OTHER_SERVER)) && lacksTls(connection.uri())) {
                throw new HintedException("the server speaks TLS on this port", HintedException.WSS, e);
            }
            throw hint == null ? e : new HintedException(e.getMessage(), hint, e);
        }
    }

    /** A proxy that answers nothing is more likely to blame than what is behind it. */
    private String hint(URI url, IOException e) {
        Throwable cause = e.getCause();
        if (options.reach().proxies() == null || e instanceof HandshakeException || cause instanceof IllegalArgumentException) {
            return HintedException.hintFor(e);
        }
        return options.reach().proxies().hint(url).orElseGet(() -> HintedException.hintFor(e));
    }

    /** Whether a server that gave no WebSocket wants TLS: to plain HTTP, many TLS servers answer nothing that says so. */
    private boolean lacksTls(URI url) {
        if (!url.getScheme().equals("ws")) {
            return false;
        }
        URI secure = URI.create("wss" + url.toString().substring("ws".length()));
        CheckedRoute route = new CheckedRoute(secure, options.reach().tls().withInsecure(true), options.reach().proxies());
        try {
            route.chooseProxy();
            route.resolve();
            route.connect();
            route.open().close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Says what is wrong with a token that the server refused: its answer to a token of another role is the same as to a
     * wrong one, so that role is tried.
     *
     * @param server what messages call it
     */
    HintedException explain(String server, URI url, InvalidTokenException e) {
        if (e.getMessage().startsWith(ClientCertificate.SUBJECT)) {
            return new HintedException(server + " refused this client: " + e.getMessage(), certificateHint(e.getMessage()));
        }
        String refused = server + " refused the token" + (e.getMessage().isEmpty() ? "" : " (" + e.getMessage() + ")");
        if (e.getMessage().startsWith(LIMIT)) {
            return new HintedException(server + " refused this client: " + e.getMessage(), HintedException.OWNER);
        }
        if (options.token().equals(TokenText.ANONYMOUS)) {
            return new HintedException(server + " requires a token, and none was given", HintedException.NO_TOKEN);
        }
        if (QUOTED.matcher(options.token()).matches()) {
            return new HintedException(refused + ": it begins and ends with quotes, which are part of it", HintedException.TOKEN);
        }
        if (!isOfOtherRole(url)) {
            return new HintedException(refused, HintedException.TOKEN);
        }
        return options.provider()
                ? new HintedException(refused + ": it is not a provider's", "run a client with it, or ask for a provider's token")
                : new HintedException(refused + ": it is a provider's, the server's side has the SOCKS port",
                        "run a provider with it, or ask for a connector's token");
    }

    private String certificateHint(String problem) {
        if (!problem.equals(ClientCertificate.MISSING)) {
            return HintedException.CERTIFICATE;
        }
        return options.reach().tls().certificate() == null ? HintedException.NO_CERTIFICATE : HintedException.LOST_CERTIFICATE;
    }

    private boolean isOfOtherRole(URI url) {
        try {
            connect(url, !options.provider(), HINT_TIMEOUT).link().close(CloseCode.NORMAL, "only asked for the role");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Fields of the user override our own. */
    private Map<String, String> headers() {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.put("User-Agent", PROGRAM);
        all.putAll(options.reach().headers());
        if (!options.features().isEmpty()) {
            all.put(Features.HEADER, options.features().announce());
        }
        return all;
    }

    private static Message.Offer awaitVerdict(JdkWebSocket link) throws IOException {
        Slice answer = link.receive();
        if (answer == null) {
            throw new IOException("the server closed the connection instead of answering: "
                    + (link.closeReason().isEmpty() ? "is it a LinkSocks server?" : link.closeReason()));
        }
        if (answer.length() > MAX_VERDICT || !(MessageReader.read(answer) instanceof Message.AuthResponse verdict)) {
            link.close(CloseCode.PROTOCOL_ERROR, "verdict expected");
            throw new IOException("the server does not answer as a LinkSocks server would");
        }
        if (!verdict.success()) {
            throw new InvalidTokenException(verdict.error());
        }
        return verdict.offer();
    }

    /** Ends an attempt in progress. */
    void cancel() {
        Link link = pending;
        if (link != null) {
            link.abort();
        }
    }

    /** The server refused the token; the message is the server's reason. */
    static final class InvalidTokenException extends IOException {
        private static final long serialVersionUID = 1L;

        InvalidTokenException(String reason) {
            super(reason);
        }
    }
}
