package io.linksocks.protocol;

import static java.lang.System.Logger.Level.TRACE;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Logs kind and length of each message of a link; never its content, which may be a secret. */
public final class TracedLink implements Link {
    private static final System.Logger LOG = System.getLogger(TracedLink.class.getName());

    private final Link link;

    private TracedLink(Link link) {
        this.link = link;
    }

    /** The link itself, unless the log shows messages. */
    public static Link of(Link link) {
        return LOG.isLoggable(TRACE) ? new TracedLink(link) : link;
    }

    private void log(String way, Slice message) {
        LOG.log(TRACE, () -> way + " " + peer() + ": " + kind(message) + ", " + message.length() + " bytes");
    }

    private static String kind(Slice message) {
        try {
            return MessageReader.read(message).getClass().getSimpleName();
        } catch (ProtocolException e) {
            return "malformed";
        }
    }

    @Override
    public void send(Slice message) throws IOException {
        log("to", message);
        link.send(message);
    }

    @Override
    public long written() {
        return link.written();
    }

    @Override
    public boolean isReady(long unconfirmed, int length) {
        return link.isReady(unconfirmed, length);
    }

    @Override
    public CompletableFuture<?> start(Slice message) {
        log("to", message);
        return link.start(message);
    }

    @Override
    public Slice receive() throws IOException {
        Slice message = link.receive();
        if (message != null) {
            log("from", message);
        }
        return message;
    }

    @Override
    public void receiveAll(Receiver receiver) throws IOException {
        link.receiveAll(logging(receiver));
    }

    @Override
    public void receiveEach(Receiver receiver) throws IOException {
        link.receiveEach(logging(receiver));
    }

    private Receiver logging(Receiver receiver) {
        return message -> {
            log("from", message);
            return receiver.take(message);
        };
    }

    @Override
    public void ping() {
        link.ping();
    }

    @Override
    public long lastHeard() {
        return link.lastHeard();
    }

    @Override
    public long roundTrip() {
        return link.roundTrip();
    }

    @Override
    public void close(int code, String reason) {
        link.close(code, reason);
    }

    @Override
    public void abort() {
        link.abort();
    }

    @Override
    public String peer() {
        return link.peer();
    }
}
