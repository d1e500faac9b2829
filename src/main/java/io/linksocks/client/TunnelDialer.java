package io.linksocks.client;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.DialError;
import io.linksocks.dial.DialException;
import io.linksocks.protocol.Transport;
import io.linksocks.proxy.EntryOptions;
import io.linksocks.relay.ChannelOpener;
import io.linksocks.relay.ChannelStreams;
import io.linksocks.relay.Claimant;
import io.linksocks.relay.NoSessionException;
import io.linksocks.relay.SessionPool;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.util.Bounds;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.TimeText;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** Makes connections and opens ports for datagrams through the tunnel for the program itself. */
final class TunnelDialer {
    /** More than the 25 s after which a request fails anyway. */
    static final Duration NO_LIMIT = Duration.ofDays(1);
    /** Who asks, for the log. */
    static final String ASKER = "this program";
    /** The length of an address is one byte (docs/protocol.md). */
    private static final int MAX_HOST = 255;
    private static final int MAX_PORT = 0xFFFF;

    private final ClientOptions options;
    private final ClientLife life;
    private final DestinationGuard guard;
    private final ChannelOpener opener;

    TunnelDialer(ClientOptions options, ClientLife life, SessionPool sessions, DestinationGuard guard) {
        this.options = options;
        this.life = life;
        this.guard = guard;
        this.opener = new ChannelOpener(sessions, EntryOptions.SESSION_TIMEOUT, options.login().secret());
    }

    /** What {@link LinkSocksClient#dial(String, int, Duration)} does. */
    TunnelConnection dial(String host, int port, Duration timeout) throws IOException {
        refuseUnlessDialling();
        Endpoint target = target(host, port);
        Channel channel = open(reason -> DialError.describe(target, reason), timeout, deadline -> {
            List<Endpoint> admitted = guard.admit(target, ASKER, timeout);
            return opener.connect(admitted, new Claimant(null), Duration.ofNanos(deadline - System.nanoTime()));
        });
        return new TunnelConnection(new ChannelStreams(channel, target, options.batch()));
    }

    /** What {@link LinkSocksClient#openDatagrams} does. */
    DatagramTunnel openDatagrams(Duration timeout) throws IOException {
        refuseUnlessDialling();
        Channel channel = open("can't open a port for datagrams: "::concat, timeout,
                deadline -> opener.open(Transport.UDP, null, new Claimant(null), timeout));
        return new DatagramTunnel(channel, guard);
    }

    private void refuseUnlessDialling() {
        if (options.provider()) {
            throw new IllegalStateException("a provider dials only what the server asks for");
        }
        if (!life.isStarted()) {
            throw new IllegalStateException("the client has not been started");
        }
    }

    /** @throws IllegalArgumentException when it can't be that of a target */
    static Endpoint target(String host, int port) {
        Bounds.range("port", port, 1, MAX_PORT);
        int length = host.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > MAX_HOST) {
            throw new IllegalArgumentException("host must be 1 to " + MAX_HOST + " bytes of UTF-8, not " + length);
        }
        return new Endpoint(host, port);
    }

    /** Opens a channel before a time on the nanoTime scale. */
    private interface Opening {
        Channel before(long deadline) throws IOException;
    }

    /** @param description of a failure, by its reason */
    private Channel open(UnaryOperator<String> description, Duration timeout, Opening opening) throws IOException {
        long deadline = System.nanoTime() + Bounds.positive("timeout", timeout).toNanos();
        try {
            return opening.before(deadline);
        } catch (NoSessionException e) {
            throw life.explain(e);
        } catch (IOException e) {
            throw explain(description, e, System.nanoTime() - deadline >= 0, timeout);
        }
    }

    private static IOException explain(UnaryOperator<String> description, IOException failure, boolean late, Duration timeout) {
        IOException explained;
        if (Thread.currentThread().isInterrupted()) {
            explained = new InterruptedIOException(description.apply("interrupted"));
        } else if (late) {
            explained = new SocketTimeoutException(description.apply("no answer within " + TimeText.of(timeout)));
        } else if (failure instanceof SocketTimeoutException) {
            explained = new SocketTimeoutException(description.apply("no answer in time"));
        } else {
            explained = new ConnectException(description.apply(Reason.of(failure)) + hint(failure));
        }
        explained.initCause(failure);
        return explained;
    }

    private static String hint(IOException failure) {
        return switch (failure) {
            case DialException refused -> "; these are the rules of this end";
            case ChannelException answered -> "; the other end of the tunnel says so: try it from there";
            default -> "";
        };
    }
}
