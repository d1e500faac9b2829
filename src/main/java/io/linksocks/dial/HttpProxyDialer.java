package io.linksocks.dial;

import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.http.ResponseHead;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.ConnectException;
import java.net.IDN;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/** Reaches targets through an HTTP proxy by CONNECT (RFC 9110, section 9.3.6); the proxy resolves their names. */
final class HttpProxyDialer extends UpstreamProxy {
    /** The host comes from a peer and must not inject anything into the request. */
    private static final Pattern SAFE_HOST = Pattern.compile("[0-9A-Za-z._-]{1,255}|[0-9A-Fa-f:.]{2,45}");
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

    private static final System.Logger LOG = System.getLogger(HttpProxyDialer.class.getName());

    private final String fields;
    private final AtomicBoolean warned = new AtomicBoolean();

    /** @param authorization the value of Proxy-Authorization; null for none */
    HttpProxyDialer(Endpoint address, String authorization) {
        super(address, new DirectDialer());
        this.fields = authorization == null ? "" : "Proxy-Authorization: " + authorization + "\r\n";
    }

    @Override
    public Socket connect(Endpoint target, Duration timeout) throws IOException {
        byte[] request = request(target).getBytes(StandardCharsets.US_ASCII);
        return connect(target.toString(), timeout, (socket, in) -> {
            socket.getOutputStream().write(request);
            // The tunnel begins right after the head, whatever its fields say (RFC 9110, section 9.3.6).
            int status = ResponseHead.readFinal(in, "proxy").status();
            if (status / 100 != 2) {
                throw status == PROXY_AUTHENTICATION_REQUIRED
                        ? new DialException(DialError.LOCAL, "proxy answered 407, it wants another user name and password")
                        : new ConnectException("proxy answered " + status);
            }
            return socket;
        });
    }

    private String request(Endpoint target) throws IOException {
        String authority = new Endpoint(safeHost(target.host()), target.port()).toString();
        return "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n" + fields + "\r\n";
    }

    private static String safeHost(String host) throws IOException {
        String ascii;
        try {
            ascii = host.chars().allMatch(c -> c < 0x80) ? host : IDN.toASCII(host);
        } catch (IllegalArgumentException e) {
            ascii = "";
        }
        if (!SAFE_HOST.matcher(ascii).matches()) {
            throw new ConnectException("the target's name can't be sent to an HTTP proxy");
        }
        return ascii;
    }

    /** Refuses: CONNECT makes a stream. */
    @Override
    public DatagramPath openDatagramPath(Duration timeout) throws IOException {
        if (warned.compareAndSet(false, true)) {
            LOG.log(WARNING, "UDP is refused: the upstream proxy speaks HTTP, which carries TCP only; use a SOCKS5 proxy");
        }
        throw new ConnectException("no UDP through an HTTP proxy");
    }

    @Override
    public String toString() {
        return "http://" + super.toString();
    }
}
