package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.util.Reason;
import io.linksocks.util.Threads;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What goes through a channel. A write returns when everything is under way; batches are made as they are of a socket's bytes.
 */
final class ChannelOutput extends OutputStream {
    private static final System.Logger LOG = System.getLogger(ChannelOutput.class.getName());

    private final ChannelStreams streams;
    private final Channel channel;

    /** Guards all below; held while its owner waits for credit. The thread that closes the channel wakes it without the lock. */
    private final ReentrantLock writing = new ReentrantLock();
    private final Written source = new Written();
    private final Batcher batcher;
    private boolean finished;

    /** The bytes of one write, and of the next when these are gone. */
    private static final class Written extends ByteArrayInputStream {
        private static final byte[] NOTHING = {};

        Written() {
            super(NOTHING);
        }

        void set(byte[] bytes, int offset, int length) {
            buf = bytes;
            pos = offset;
            count = offset + length;
        }

        void clear() {
            set(NOTHING, 0, 0);
        }
    }

    ChannelOutput(ChannelStreams streams, Channel channel, BatchOptions options) {
        this.streams = streams;
        this.channel = channel;
        this.batcher = new Batcher(source, options, System::nanoTime, Batcher.Circumstances.of(channel));
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        writing.lock();
        try {
            streams.refuseWhenClosed();
            if (finished) {
                throw new SocketException("output to " + streams.target() + " has been shut down");
            }
            source.set(bytes, offset, length);
            sendAll();
        } finally {
            source.clear();
            batcher.close();
            writing.unlock();
        }
    }

    /** What is cut short, also by an interrupt, ends the connection: a stream with a hole is worse than none. */
    private void sendAll() throws IOException {
        try {
            while (batcher.hasMore()) {
                channel.awaitCredit();
                Batch batch = batcher.next();
                channel.send(batch.compression(), batch.data());
            }
        } catch (ChannelException e) {
            IOException explained = streams.explain(e);
            channel.close(Reason.of(e));
            throw explained;
        }
    }

    void finish() throws IOException {
        writing.lock();
        try {
            streams.refuseWhenClosed();
            if (finished) {
                return;
            }
            finished = true;
        } finally {
            writing.unlock();
        }
        if (channel.halfCloses()) {
            channel.finish();
        } else {
            // Waits for the reader, who may be the caller of this.
            Threads.start("last answer", this::finishPatiently);
        }
    }

    private void finishPatiently() {
        try {
            channel.finish();
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "connection to " + streams.target() + " ended: " + e.getMessage());
        }
    }

    /** As with a socket, this ends the other direction too. */
    @Override
    public void close() {
        streams.close();
    }
}
