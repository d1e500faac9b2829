package io.linksocks.proxy;

import static java.lang.System.Logger.Level.TRACE;

import io.linksocks.relay.BatchOptions;
import io.linksocks.relay.ChannelStreams;
import io.linksocks.session.Channel;
import io.linksocks.util.Endpoint;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A server behind the tunnel, kept as long as one client's requests in a row are for it. */
final class HttpOrigin {
    /** Heads come in one message mostly; larger reads bypass the buffer. */
    private static final int INPUT_BUFFER = 1024;

    private static final System.Logger LOG = System.getLogger(HttpOrigin.class.getName());

    private final Endpoint address;
    private final Channel channel;
    private final ChannelStreams streams;
    private final InputStream in;
    private boolean used;

    HttpOrigin(Endpoint address, Channel channel, BatchOptions batch) {
        this.address = address;
        this.channel = channel;
        this.streams = new ChannelStreams(channel, address, batch);
        this.in = new BufferedInputStream(streams.in(), INPUT_BUFFER);
    }

    InputStream in() {
        return in;
    }

    OutputStream out() {
        return streams.out();
    }

    /** The server comes to the end of the request. */
    void finish() throws IOException {
        streams.shutdownOutput();
    }

    Channel channel() {
        return channel;
    }

    /** Whether it can take a request for this address: what came unasked, and be it the end, belongs to no answer. */
    boolean takes(Endpoint destination) {
        try {
            return address.equals(destination) && in.available() == 0 && streams.isEmpty() && channel.isQuiet();
        } catch (IOException e) {
            LOG.log(TRACE, () -> "kept connection to " + address + " broke off: " + e.getMessage());
            return false;
        }
    }

    /** Passes on what was received and not read, so that somebody else can receive from the channel. */
    void drainTo(OutputStream other) throws IOException {
        other.write(in.readNBytes(in.available()));
        streams.drainTo(other);
    }

    /** Whether it has answered before, so that it may have given up the connection just when a request came. */
    boolean isUsed() {
        return used;
    }

    void noteUse() {
        used = true;
    }

    /** Ends what has not ended; a server that is gone may have left an answer, which can still be read. */
    void breakOff(String why) {
        channel.close(why);
    }

    void close(String why) {
        channel.discard(why);
    }
}
