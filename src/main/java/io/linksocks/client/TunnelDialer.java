package io.linksocks.client;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.proxy.SocksIngress;
import io.linksocks.relay.BatchOptions;
import io.linksocks.relay.ChannelOpener;
import io.linksocks.relay.ChannelStreams;
import io.linksocks.relay.NoSessionException;
import io.linksocks.relay.SessionPool;
import io.linksocks.seal.Secret;
import io.linksocks.session.Channel;
import io.linksocks.util.Endpoint;
import io.linksocks.util.TimeText;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Makes connections through the tunnel for the program itself. */
final class TunnelDialer {
    /** More than the 25 s after which a request fails anyway. */
    static final Duration NO_LIMIT = Duration.ofDays(1);
    /** The length of an address is one byte (docs/protocol.md). */
    private static final int MAX_HOST = 255;
    private static final int MAX_PORT = 0xFFFF;
    private static final String ASKER = "this program";
    private static final ChannelOpener.Claimant NOBODY_ELSE = new ChannelOpener.Claimant() {};

    private final ChannelOpener opener;
    private final DestinationGuard guard;
    private final BatchOptions batch;

    /** @param secret seals the connections; null for none */
    TunnelDialer(SessionPool sessions, DestinationGuard guard, BatchOptions batch, Secret secret) {
        this.opener = new ChannelOpener(sessions, SocksIngress.SESSION_TIMEOUT, secret);
        this.guard = guard;
        this.batch = batch;
    }

    /** @throws NoSessionException when there was no connection to the server */
    TunnelConnection dial(String host, int port, Duration timeout) throws IOException {
        Endpoint target = target(host, port);
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            List<Endpoint> admitted = guard.admit(target, ASKER, timeout);
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            Channel channel = opener.connect(admitted, NOBODY_ELSE, left);
            return new TunnelConnection(new ChannelStreams(channel, target, batch));
        } catch (NoSessionException e) {
            throw e;
        } catch (IOException e) {
            throw explain(target, e, System.nanoTime() - deadline >= 0, timeout);
        }
    }

    private static Endpoint target(String host, int port) {
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
        if (host.isEmpty() || host.getBytes(StandardCharsets.UTF_8).length > MAX_HOST) {
            throw new IllegalArgumentException("a host of " + host.length() + " characters is neither a name nor an address");
        }
        return new Endpoint(host, port);
    }

    private static IOException explain(Endpoint target, IOException failure, boolean late, Duration timeout) {
        String what = "can't reach " + target + ": ";
        IOException explained;
        if (Thread.currentThread().isInterrupted()) {
            explained = new InterruptedIOException(what + "interrupted");
        } else if (late) {
            explained = new SocketTimeoutException(what + "no answer within " + TimeText.of(timeout));
        } else if (failure instanceof SocketTimeoutException) {
            explained = new SocketTimeoutException(what + "no answer in time");
        } else {
            explained = new ConnectException(what + failure.getMessage());
        }
        explained.initCause(failure);
        return explained;
    }
}
