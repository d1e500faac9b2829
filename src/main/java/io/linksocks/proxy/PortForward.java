package io.linksocks.proxy;

import io.linksocks.util.Endpoint;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A local port that leads to one target, as {@code --forward} has it.
 *
 * @param udp         whether it is for datagrams
 * @param local       where to listen; port 0 is any free one
 * @param target      looked up by the dialling side
 * @param proxyHeader whether the target gets a header of the PROXY protocol in front of what the client sends
 */
public record PortForward(boolean udp, Endpoint local, Endpoint target, boolean proxyHeader) {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String HOST = "(?:\\[([0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%[0-9A-Za-z_.~-]+)?)]|([^:\\[\\]\\s/]+))";
    private static final Pattern FORM =
            Pattern.compile("(udp/)?(?:" + HOST + ":)?([0-9]{1,5}):" + HOST + ":([0-9]{1,5})(,.*)?");
    private static final String PROXY_HEADER = ",proxy=v2";
    /** What a Connect message can carry. */
    private static final int MAX_HOST = 255;

    /**
     * Understands {@code [udp/][address:]port:host:port[,proxy=v2]}, with brackets around IPv6 addresses.
     *
     * @throws IllegalArgumentException that names the input and the expected form
     */
    public static PortForward parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw invalid(text, "it must be [udp/][address:]port:host:port[,proxy=v2]");
        }
        boolean udp = parts.group(1) != null;
        boolean proxyHeader = parts.group(8) != null;
        if (proxyHeader && !parts.group(8).equals(PROXY_HEADER)) {
            throw invalid(text, "only " + PROXY_HEADER + " may follow the target");
        }
        if (proxyHeader && udp) {
            throw invalid(text, "the PROXY protocol is for TCP, so udp/ and " + PROXY_HEADER + " exclude each other");
        }
        String bind = parts.group(2) != null ? parts.group(2) : parts.group(3);
        String host = parts.group(5) != null ? parts.group(5) : parts.group(6);
        int port = Integer.parseInt(parts.group(7));
        if (port == 0 || host.getBytes(StandardCharsets.UTF_8).length > MAX_HOST) {
            throw invalid(text, port == 0 ? "no target has port 0" : "the target's name is too long");
        }
        try {
            Endpoint local = new Endpoint(bind == null ? LOOPBACK : bind, Integer.parseInt(parts.group(4)));
            return new PortForward(udp, local, new Endpoint(host, port), proxyHeader);
        } catch (IllegalArgumentException e) {
            throw invalid(text, e.getMessage());
        }
    }

    private static IllegalArgumentException invalid(String text, String why) {
        return new IllegalArgumentException("invalid forward \"" + text + "\": " + why
                + "; write it like 8080:intranet.example:80, 0.0.0.0:8080:10.0.0.1:80 or udp/5353:[fd00::1]:53");
    }

    /** @throws IOException that says which port can't be opened, and what to do */
    ServerSocket listen(boolean reusePort) throws IOException {
        try {
            return Sockets.listen(address(), reusePort);
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    /** The same for datagrams. */
    DatagramChannel bind(boolean reusePort) throws IOException {
        try {
            return Sockets.bind(address(), reusePort);
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    /** Checks early that the port can be opened. */
    public void tryOut(boolean reusePort) throws IOException {
        if (udp) {
            bind(reusePort).close();
        } else {
            listen(reusePort).close();
        }
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(local.host(), local.port());
    }

    private IOException unavailable(IOException cause) {
        return new IOException("can't listen on " + (udp ? "udp/" : "") + local + ": " + cause.getMessage()
                + "; choose another port or address in forward " + this, cause);
    }

    /** As it is written. */
    @Override
    public String toString() {
        return (udp ? "udp/" : "") + local + ":" + target + (proxyHeader ? PROXY_HEADER : "");
    }
}
