package io.linksocks.proxy;

import io.linksocks.relay.ChannelOpener;
import io.linksocks.relay.QuietSocket;
import io.linksocks.relay.TcpRelay;
import io.linksocks.socks.SocksException;
import io.linksocks.socks.SocksHandshake;
import io.linksocks.socks.SocksReply;
import io.linksocks.socks.SocksRequest;
import io.linksocks.util.TimeLimit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The SOCKS5 handshake of a client while its thread waits: the event loop reads the request and asks for the channel; the
 * session's reader sends the reply and begins the relay.
 *
 * <p>It gives up for everything but a CONNECT in whole messages, without a session that is ready, when the peer refuses, and
 * for a client that leaves or sends more before it has its reply. The thread goes on then with what is left to do.
 */
final class QuietHandshake extends QuietSocket {
    private static final byte[] SUCCEEDED = SocksReply.SUCCEEDED.encode();

    private final LocalClient client;
    private final TunnelEntry entry;
    private final TimeLimit limit;
    private volatile boolean greeted;
    /** Null before the request. */
    private volatile ChannelOpener.Attempt attempt;
    private volatile TcpRelay relay;

    /** @param limit lifted once the request is there */
    QuietHandshake(LocalClient client, TunnelEntry entry, TimeLimit limit) {
        super(client.socket().getChannel());
        this.client = client;
        this.entry = entry;
        this.limit = limit;
    }

    /** Waits until the thread has something to do; returns the relay that has begun, or null when the client has none yet. */
    TcpRelay await() throws IOException {
        awaitTraffic();
        return relay;
    }

    /** Whether the client's greeting has been answered, after {@link #await}. */
    boolean isGreeted() {
        return greeted;
    }

    /** The channel that has been asked for, after {@link #await}; null when the client's next message is still to be read. */
    ChannelOpener.Attempt attempt() {
        return attempt;
    }

    // --- by the event loop -------------------------------------------------------------------------------------------

    @Override
    protected boolean relay(ByteBuffer scratch) throws IOException {
        if (attempt != null) {
            return false;
        }
        byte[] bytes = client.tryReceive(scratch);
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        if (bytes.length > 0 && (greeted || bytes[0] == SocksHandshake.VERSION) && advance(in)) {
            return true;
        }
        in.reset();
        client.unread(in.readAllBytes());
        return false;
    }

    /** Takes the messages that are there; returns false when the thread has to read what follows the last mark. */
    private boolean advance(ByteArrayInputStream in) throws IOException {
        try {
            if (!greeted) {
                ByteArrayOutputStream answer = new ByteArrayOutputStream(2);
                SocksHandshake.accept(in, answer, null);
                client.trySend(answer.toByteArray());
                greeted = true;
                in.mark(0);
            }
            return in.available() == 0 || request(in);
        } catch (EOFException | SocksException e) {
            // The thread gets it as well.
            return false;
        }
    }

    private boolean request(ByteArrayInputStream in) throws IOException {
        SocksRequest request = SocksRequest.read(in);
        if (request.command() != SocksRequest.Command.CONNECT || in.available() > 0) {
            return false;
        }
        ChannelOpener.Attempt begun = entry.tryConnect(request.destination(), client.socket().getInetAddress(), this::write);
        if (begun == null) {
            return false;
        }
        limit.close();
        attempt = begun;
        if (!begun.isPending()) {
            // The answer came before the attempt could be seen.
            write();
        }
        return true;
    }

    // --- by the session's reader -------------------------------------------------------------------------------------

    @Override
    protected boolean writeAll() {
        ChannelOpener.Attempt answered = attempt;
        if (answered == null) {
            return true;
        }
        try {
            TcpRelay next = entry.relay(client, answered);
            if (next == null) {
                return false;
            }
            client.trySend(SUCCEEDED);
            relay = next;
            next.begin(this);
            return true;
        } catch (IOException e) {
            // The thread, which sends the reply again, gets it as well.
            return false;
        }
    }

    /** The client's thread does what a writer would have to do. */
    @Override
    protected void startWriter() {
        endWriting();
    }
}
