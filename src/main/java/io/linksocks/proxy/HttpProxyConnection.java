package io.linksocks.proxy;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.DialError;
import io.linksocks.dial.DialException;
import io.linksocks.dial.RelayCounters;
import io.linksocks.http.HttpException;
import io.linksocks.http.ProxyRequest;
import io.linksocks.http.Response;
import io.linksocks.relay.BatchOptions;
import io.linksocks.relay.TcpRelay;
import io.linksocks.socks.SocksCredentials;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;

/** An HTTP proxy at a local port: CONNECT, and requests for http:// one after the other (RFC 9110, RFC 9112). */
final class HttpProxyConnection {
    /** For a whole request head. */
    private static final Duration HEAD_LIMIT = Duration.ofSeconds(10);
    private static final byte[] ESTABLISHED =
            "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String BASIC = "basic ";
    /** Configures a browser to use this proxy for everything. */
    private static final String PAC_PATH = "/proxy.pac";
    /** A name or an address that means nothing in a script. */
    private static final Pattern SAFE_HOST = Pattern.compile("(?:[0-9A-Za-z._-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?");

    private static final System.Logger LOG = System.getLogger(HttpProxyConnection.class.getName());

    private final LocalClient client;
    private final TunnelEntry entry;
    private final SocksCredentials credentials;
    private final RelayCounters counters;
    private final BatchOptions batch;
    private final HeadMemory.Head head;
    /** Null while there is none. */
    private HttpOrigin origin;
    private boolean headOnly;

    HttpProxyConnection(LocalClient client, TunnelEntry entry, EntryOptions options) {
        this.client = client;
        this.entry = entry;
        this.credentials = options.credentials();
        this.counters = options.counters();
        this.batch = options.batch();
        this.head = HeadMemory.OF_PROCESS.new Head(client.in());
    }

    /** Returns the relay of a tunnel, which has begun; null when there is none. */
    TcpRelay serve() throws IOException {
        try {
            return serveAll();
        } catch (HttpException e) {
            LOG.log(DEBUG, () -> "HTTP client " + client + ": " + e.getMessage());
            sayLast(e.response());
        } catch (DialException e) {
            sayLast(Response.text(status(e.kind()), e.getMessage() + "\n"));
        } catch (SocketTimeoutException e) {
            counters.failedHandshakes.increment();
            sayLast(Response.text(408, "request took too long\n"));
        } finally {
            head.release();
            leaveOrigin();
        }
        return null;
    }

    private static int status(DialError error) {
        return switch (error) {
            case RULE -> 403;
            case LOCAL, TIMEOUT -> 504;
            default -> 502;
        };
    }

    /** Serves requests until one is the last, or becomes a tunnel. */
    private TcpRelay serveAll() throws IOException {
        for (ProxyRequest request = read(); request != null; request = read()) {
            if (request.destination() == null) {
                sayLast(page(request, client.socket()));
                return null;
            }
            checkLogin(request);
            if (request.hops() == 0) {
                sayLast(request.lastHop());
                return null;
            }
            if (request.isConnect()) {
                return tunnel(request.destination());
            }
            HttpExchange exchange = forward(request);
            switch (exchange.await()) {
                case NEXT_REQUEST -> { }
                case OTHER_PROTOCOL -> {
                    origin = null;
                    return exchange.relay();
                }
                case CONNECTION_CLOSES -> {
                    dropRest();
                    return null;
                }
            }
        }
        return null;
    }

    /** A client that closes before its tunnel is open has left; after another request it may have only half-closed. */
    private TcpRelay tunnel(Endpoint destination) throws IOException {
        leaveOrigin();
        return entry.relay(client, ESTABLISHED, entry.connect(destination, asker(), client, client.address()));
    }

    private ProxyRequest read() throws IOException {
        client.timed().limit(HEAD_LIMIT);
        head.release();
        try {
            ProxyRequest request = ProxyRequest.read(head);
            client.timed().unlimited();
            headOnly = request != null && request.method().equals("HEAD");
            return request;
        } catch (HttpException e) {
            counters.failedHandshakes.increment();
            throw e;
        }
    }

    // --- forwarding --------------------------------------------------------------------------------------------------

    /** Returns when the client sends more or has ended its direction, perhaps before the answer. */
    private HttpExchange forward(ProxyRequest request) throws IOException {
        if (origin == null || !origin.takes(request.destination())) {
            leaveOrigin();
            Endpoint destination = request.destination();
            origin = new HttpOrigin(destination, entry.connect(destination, asker(), client.address()), batch);
        }
        HttpExchange exchange = new HttpExchange(client, origin, request, entry);
        exchange.send();
        if (!exchange.isWhole()) {
            dropRest();
        } else if (client.peek() < 0 && !exchange.isAnswered()) {
            // A client that has half-closed may still read.
            origin.finish();
        }
        return exchange;
    }

    /** Unread bytes would turn the end into a reset, which can destroy the answer (RFC 9112, section 9.6). */
    private void dropRest() throws IOException {
        client.in().transferTo(OutputStream.nullOutputStream());
    }

    private void leaveOrigin() {
        if (origin != null) {
            origin.close();
            origin = null;
        }
    }

    private String asker() {
        return "HTTP client " + client;
    }

    // --- answers of our own ------------------------------------------------------------------------------------------

    /** Needs no login: browsers fetch their configuration without one. */
    private static Response page(ProxyRequest request, Socket socket) {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        return reads && (request.target().equals(PAC_PATH) || request.target().startsWith(PAC_PATH + "?"))
                ? autoConfig(request.headers().first("Host"), socket)
                : Response.text(404, "this is a proxy; " + PAC_PATH + " configures browsers for it\n");
    }

    /** Names the proxy as the browser does: behind a mapped port, its own address would lead nowhere. */
    private static Response autoConfig(String host, Socket socket) {
        String address = host != null && SAFE_HOST.matcher(host).matches()
                ? host : Endpoint.of(socket.getLocalAddress(), socket.getLocalPort()).toString();
        return Response.of(200, "application/x-ns-proxy-autoconfig",
                "function FindProxyForURL(url, host) {\n  return \"PROXY " + address + "\";\n}\n");
    }

    private void checkLogin(ProxyRequest request) throws HttpException {
        String offered = request.headers().first("Proxy-Authorization");
        if (credentials == null || offered != null && credentials.matches(userAndPassword(offered))) {
            return;
        }
        // A request without credentials is how clients learn that they need some (RFC 9110, section 11.7.1).
        if (offered != null) {
            counters.failedHandshakes.increment();
        }
        throw new HttpException(Response.text(407, "user name and password are needed\n")
                .with("Proxy-Authenticate", "Basic realm=\"LinkSocks\", charset=\"UTF-8\""), "no login, or a wrong one");
    }

    /** User and password joined by a colon (RFC 7617); empty when malformed. */
    private static byte[] userAndPassword(String authorization) {
        if (!authorization.toLowerCase(Locale.ROOT).startsWith(BASIC)) {
            return new byte[0];
        }
        try {
            return Base64.getDecoder().decode(authorization.substring(BASIC.length()).strip());
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private void sayLast(Response answer) throws IOException {
        client.send(answer.encode(headOnly, true, Instant.now()));
        Sockets.linger(client.socket());
    }
}
