package io.linksocks.client;

import io.linksocks.http.ResponseHead;
import io.linksocks.tls.ClientTls;
import io.linksocks.tls.TlsFailure;
import io.linksocks.util.Endpoint;
import io.linksocks.util.IpLiteral;
import io.linksocks.util.Reason;
import io.linksocks.util.Resolver;
import io.linksocks.util.Sockets;
import io.linksocks.websocket.ConnectOptions;
import io.linksocks.websocket.HttpProxies;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;

/** The route to a server below HTTP: names, addresses, proxy, TLS. Each step opens a new connection. */
final class CheckedRoute {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** Of a name with many more addresses, a client does not try more within its time limit either. */
    private static final int MOST_ADDRESSES = 8;
    private static final String BYPASS = "bypass the proxy with environmentProxy(false)";
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

    private final URI url;
    private final ClientTls tls;
    private final HttpProxies proxies;
    private final Endpoint server;
    /** The first hop: the proxy, or else the server. */
    private Endpoint next;
    private boolean proxied;
    private List<InetAddress> addresses;
    /** The first that accepted a connection. */
    private InetAddress reached;

    /** @param proxies null for none */
    CheckedRoute(URI url, ClientTls tls, HttpProxies proxies) {
        this.url = url;
        this.tls = tls;
        this.proxies = proxies;
        this.server = ConnectOptions.endpoint(url);
        this.next = server;
    }

    Endpoint server() {
        return server;
    }

    boolean isSecure() {
        return url.getScheme().equals("wss");
    }

    /** Returns the proxy; null when there is none. */
    Endpoint chooseProxy() throws HintedException {
        try {
            Proxy proxy = proxies == null ? Proxy.NO_PROXY : proxies.select(url).getFirst();
            if (proxy.address() instanceof InetSocketAddress address) {
                proxied = true;
                next = new Endpoint(address.getHostString(), address.getPort());
            }
            return proxied ? next : null;
        } catch (IllegalArgumentException e) {
            throw new HintedException(e.getMessage(),
                    "write it like http://user:password@host:port, or " + BYPASS);
        }
    }

    String resolve() throws HintedException {
        try {
            addresses = Arrays.stream(Resolver.SYSTEM.client().resolve(next, LIMIT)).limit(MOST_ADDRESSES).toList();
            return next.host() + (next.isLiteral() ? " is an address"
                    : ": " + addresses.stream().map(IpLiteral::format).collect(Collectors.joining(", ")));
        } catch (IOException e) {
            throw new HintedException(e.getMessage(), next.isLiteral() ? "correct the address" : HintedException.NAME);
        }
    }

    /** Tries every address. */
    String connect() throws HintedException {
        StringBuilder found = new StringBuilder();
        boolean refused = false;
        for (InetAddress address : addresses) {
            found.append(found.isEmpty() ? "" : ", ").append(Endpoint.of(address, next.port()));
            long began = System.nanoTime();
            try (Socket socket = connect(address)) {
                found.append(" in ").append(millis(began)).append(" ms");
                reached = reached == null ? socket.getInetAddress() : reached;
            } catch (IOException e) {
                refused |= e instanceof ConnectException;
                found.append(": ").append(e instanceof SocketTimeoutException ? "no answer" : Reason.of(e));
            }
        }
        if (reached == null) {
            throw new HintedException(found.toString(), proxied ? proxies.hint(url).orElseThrow()
                    : refused ? HintedException.PORT : HintedException.FIREWALL);
        }
        return found.toString();
    }

    private Socket connect(InetAddress address) throws IOException {
        Socket socket = new Socket(Proxy.NO_PROXY);
        try {
            socket.connect(new InetSocketAddress(address, next.port()), Math.toIntExact(LIMIT.toMillis()));
            socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A connection to the server, through the proxy if there is one; without TLS. */
    Socket openPlain() throws IOException {
        Socket socket = connect(reached);
        try {
            if (proxied) {
                passProxy(socket);
            }
            return socket;
        } catch (IOException e) {
            Sockets.close(socket);
            throw e;
        }
    }

    private void passProxy(Socket socket) throws IOException {
        String login = proxies == null ? null : proxies.authorization(url).orElse(null);
        socket.getOutputStream().write(("CONNECT " + server + " HTTP/1.1\r\nHost: " + server + "\r\n"
                + (login == null ? "" : "Proxy-Authorization: " + login + "\r\n") + "\r\n").getBytes(StandardCharsets.US_ASCII));
        int status = connectStatus(socket);
        if (status == PROXY_AUTHENTICATION_REQUIRED) {
            throw new HintedException("the proxy " + next + " wants a login (407)",
                    "put it into the proxy's address: http://user:password@" + next);
        }
        if (status / 100 != 2) {
            throw new HintedException(
                    "the proxy " + next + " does not let connections to " + server + " through (" + status + ")",
                    "ask its owner to allow CONNECT to this port, use port 443, or " + BYPASS);
        }
    }

    private int connectStatus(Socket socket) throws IOException {
        try {
            return ResponseHead.readFinal(socket.getInputStream(), "the proxy " + next).status();
        } catch (ProtocolException | EOFException e) {
            throw new HintedException(e.getMessage(), "correct the address of the HTTP proxy, or " + BYPASS);
        }
    }

    /** A connection for HTTP, with TLS if the URL has it. */
    Socket open() throws IOException {
        Socket socket = openPlain();
        return isSecure() ? secure(tls, socket) : socket;
    }

    private SSLSocket secure(ClientTls whom, Socket socket) throws IOException {
        try {
            return whom.secure(socket, server.host());
        } catch (IOException e) {
            Sockets.close(socket);
            throw e;
        }
    }

    String shakeHands() throws IOException {
        try (SSLSocket socket = secure(tls, openPlain())) {
            return socket.getSession().getProtocol() + " " + socket.getSession().getCipherSuite() + ", "
                    + certificate(socket) + (tls.insecure() ? "; not checked, because of insecure(true)" : "");
        } catch (HintedException e) {
            throw e;
        } catch (IOException e) {
            TlsFailure failure = TlsFailure.of(e);
            throw failure == null
                    ? new HintedException("the handshake broke off: " + Reason.of(e), "is this the server's port for TLS?")
                    : new HintedException(failure.reason() + uncheckedCertificate(), failure.hint());
        }
    }

    private static String certificate(SSLSocket socket) throws IOException {
        X509Certificate first = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return "certificate of " + first.getSubjectX500Principal() + " from " + first.getIssuerX500Principal()
                + ", good from " + first.getNotBefore().toInstant() + " until " + first.getNotAfter().toInstant();
    }

    /** The certificate that the server shows to a client that checks nothing; empty when it shows none. */
    private String uncheckedCertificate() {
        try (SSLSocket socket = secure(tls.withInsecure(true), openPlain())) {
            return ": " + certificate(socket) + "; it is now " + Instant.now().truncatedTo(ChronoUnit.SECONDS);
        } catch (IOException e) {
            return "";
        }
    }

    static long millis(long began) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }
}
