package io.linksocks.relay;

import io.linksocks.protocol.Transport;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.time.Duration;

/** A channel as a pair of blocking streams, for those who need no socket. Its methods may be called by any thread. */
public final class ChannelStreams {
    private final Channel channel;
    private final Endpoint target;
    private final ChannelInput in;
    private final ChannelOutput out;
    private volatile boolean closed;

    /**
     * @param channel a confirmed one of {@link Transport#TCP}
     * @param target  as it was asked for, for messages
     */
    public ChannelStreams(Channel channel, Endpoint target, BatchOptions options) {
        this.channel = channel;
        this.target = target;
        this.in = new ChannelInput(this, channel);
        this.out = new ChannelOutput(this, channel, options);
    }

    public Endpoint target() {
        return target;
    }

    public InputStream in() {
        return in;
    }

    public OutputStream out() {
        return out;
    }

    /** How long a read waits; zero is for ever. */
    public void readTimeout(Duration timeout) {
        in.timeout(timeout);
    }

    /** Whether all that was taken from the channel has been read, so that another may receive from it. */
    public boolean isEmpty() {
        return in.isEmpty();
    }

    /** Passes on what was taken from the channel and not read. */
    public void drainTo(OutputStream other) throws IOException {
        in.drainTo(other);
    }

    /** From now on there is nothing to read. */
    public void shutdownInput() {
        in.shutDown();
    }

    /** The peer comes to the end of what was written. */
    public void shutdownOutput() throws IOException {
        out.finish();
    }

    /** Ends both directions in good order; whoever reads or writes is woken. */
    public void close() {
        end("");
    }

    /** Ends both directions, and the target is told that something is missing. */
    public void abort() {
        end("aborted");
    }

    private void end(String error) {
        closed = true;
        channel.discard(error);
    }

    public boolean isClosed() {
        return closed;
    }

    void refuseWhenClosed() throws SocketException {
        if (closed) {
            throw new SocketException(name() + " is closed");
        }
    }

    private String name() {
        return "connection to " + target;
    }

    IOException explain(ChannelException failure) {
        return explain(failure, name(), closed);
    }

    /**
     * Returns what an exception of a channel means to a program that uses the channel.
     *
     * @param name what the program knows it by
     * @param closed whether the program has closed it
     */
    public static IOException explain(ChannelException failure, String name, boolean closed) {
        IOException explained;
        if (closed) {
            explained = new SocketException(name + " is closed");
        } else if (Thread.currentThread().isInterrupted()) {
            explained = new InterruptedIOException("interrupted at the " + name);
        } else {
            explained = new SocketException(name + " broke off: " + failure.getMessage());
        }
        explained.initCause(failure);
        return explained;
    }
}
