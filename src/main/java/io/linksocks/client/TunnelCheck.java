package io.linksocks.client;

import io.linksocks.client.ConnectionCheck.Found;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.DialError;
import io.linksocks.dial.DialException;
import io.linksocks.http.ResponseHead;
import io.linksocks.session.ChannelException;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.Sockets;
import io.linksocks.util.TimeText;
import io.linksocks.websocket.ConnectOptions;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a real client, whose only request is for the health page of its server, seen from the other end of the tunnel. */
final class TunnelCheck {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final int OK = 200;
    /** Enough to see the order of magnitude, and what a slow line carries within seconds. */
    private static final int SAMPLE = 256 << 10;

    private final ClientOptions options;
    private final Endpoint server;
    private final boolean secure;
    private volatile long partners = -1;
    private LinkSocksClient client;
    private Socket page;
    private InputStream in;

    TunnelCheck(ClientOptions options, URI url) {
        this.options = options;
        this.server = ConnectOptions.endpoint(url);
        this.secure = url.getScheme().equals("wss");
    }

    Found connect() throws IOException {
        if (options.provider()) {
            return Found.nothing("a provider only does what it is asked to");
        }
        client = new LinkSocksClient(options.forCheck(new ClientListener() {
            @Override
            public void partnersChanged(long count) {
                partners = count;
            }
        }));
        start();
        try {
            page = client.socketFactory().createSocket();
            page.connect(InetSocketAddress.createUnresolved(server.host(), server.port()), Math.toIntExact(LIMIT.toMillis()));
        } catch (SocketTimeoutException e) {
            throw new HintedException(Reason.of(e),
                    partners == 0 ? noProvider() : "the other end of the tunnel is stuck: restart it");
        } catch (ConnectException e) {
            if (partners == 0) {
                throw new HintedException("the token is a connector's, and no provider is connected", noProvider());
            }
            page = null;
            return Found.of("works" + role() + "; " + explain(e));
        }
        return Found.of("works" + role() + ": connected to " + server + " from the other end");
    }

    /** What an answer means that the tunnel has carried, and that is no fault of it. */
    private String explain(ConnectException refusal) throws ConnectException {
        String reason = switch (refusal.getCause()) {
            case ChannelException answer -> "the other end says of this test: " + DialError.describe(server, answer.getMessage());
            case DialException own -> "this end says of this test: " + DialError.describe(server, own.getMessage());
            case null, default -> throw refusal;
        };
        return reason + (reason.endsWith(DestinationGuard.NOT_ALLOWED)
                ? "; such rules are usual for a server's own port, and concern no others"
                : "; the server may have another address from there, and other targets may be reached");
    }

    private static String noProvider() {
        return "start a provider with the token that the connector's belongs to";
    }

    private void start() throws IOException {
        client.start();
        try {
            client.awaitReady(LIMIT);
        } catch (TimeoutException e) {
            throw new HintedException("no session within " + TimeText.of(LIMIT), "the server is overloaded: try again later");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** A server tells only connectors how many partners they have. */
    private String role() {
        return partners < 0 ? "" : ", with a connector's token and " + partners + (partners == 1 ? " provider" : " providers");
    }

    /** Measures a request with a large body. The health page of our own server discards it. */
    Found measure() throws IOException {
        if (page == null) {
            return Found.nothing("nothing to send to");
        }
        try {
            page.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
            if (secure) {
                page = options.reach().tls().secure(page, server.host());
            }
            in = new BufferedInputStream(page.getInputStream());
            long one = ask(0);
            if (one < 0) {
                return Found.nothing(server + " does not answer as a LinkSocks server of ours would");
            }
            long nanos = Math.max(1, ask(SAMPLE) - one);
            return Found.of(String.format(Locale.ROOT, "%d KiB up in %d ms: %.1f MiB/s; a request takes %d ms",
                    SAMPLE >> 10, TimeUnit.NANOSECONDS.toMillis(nanos), SAMPLE / (double) (1 << 20) / (nanos / 1e9),
                    TimeUnit.NANOSECONDS.toMillis(one)));
        } catch (IOException e) {
            return Found.nothing("the sample broke off: " + Reason.of(e));
        }
    }

    /** Nanoseconds that an answer took; -1 when it was not the one of a health page. */
    private long ask(int bytes) throws IOException {
        byte[] body = new byte[bytes];
        ThreadLocalRandom.current().nextBytes(body);
        long began = System.nanoTime();
        page.getOutputStream().write(("GET /healthz HTTP/1.1\r\nHost: " + server + "\r\nContent-Length: " + bytes + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        page.getOutputStream().write(body);
        ResponseHead answer = UpgradeCheck.readHead(in);
        boolean healthy = answer.status() == OK && UpgradeCheck.body(answer, in).equals("ok");
        return healthy ? System.nanoTime() - began : -1;
    }

    void close() {
        if (page != null) {
            Sockets.close(page);
        }
        if (client != null) {
            client.close();
        }
    }
}
