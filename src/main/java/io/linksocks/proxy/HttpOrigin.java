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

/** A connection to a server through the tunnel, kept while consecutive requests of one client are for that server. */
final class HttpOrigin {
    /** Heads usually come in one message; larger reads bypass the buffer. */
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

    /** Ends the direction to the server. */
    void finish() throws IOException {
        streams.shutdownOutput();
    }

    Channel channel() {
        return channel;
    }

    /** Whether it can take a request for this address. Data or an end that came unasked would be taken for its answer. */
    boolean takes(Endpoint destination) {
        try {
            return address.equals(destination) && in.available() == 0 && streams.isEmpty() && channel.isQuiet();
        } catch (IOException e) {
            LOG.log(TRACE, () -> "kept connection to " + address + " broke off: " + e.getMessage());
            return false;
        }
    }

    /** Writes what was received and not read, so that a relay can receive from the channel. */
    void drainTo(OutputStream other) throws IOException {
        other.write(in.readNBytes(in.available()));
        streams.drainTo(other);
    }

    /** Whether it has answered before: such a connection may time out just when a request is sent. */
    boolean isUsed() {
        return used;
    }

    void noteUse() {
        used = true;
    }

    /** Closes the channel; an answer that has arrived can still be read. */
    void breakOff(String why) {
        channel.close(why);
    }

    void close() {
        channel.discard("");
    }
}
