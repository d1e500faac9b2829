package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.Datagram;
import io.linksocks.dial.DatagramPath;
import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.session.Channel;
import io.linksocks.util.Reason;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Relays between a path for datagrams and a channel. One thread reads the path; another sends to it, and lives only while
 * there is something to send. While nothing has to wait, a {@link QuietSocket} takes the place of both. When the path or the
 * channel ends, so does the other.
 */
public final class UdpRelay {
    /** After so many datagrams, a thread leaves the socket to the event loop again. */
    public static final int IN_A_ROW = 8;
    /** So many datagrams of a burst are read before the event loop looks at other sockets. */
    public static final int AT_ONCE = 16;

    private static final System.Logger LOG = System.getLogger(UdpRelay.class.getName());

    /** What is sent on, and how. One thread at a time uses a direction. */
    public interface Direction<T> {
        /**
         * Sends, drops or keeps a datagram.
         *
         * @param mayWait false when the thread must not wait
         * @return false when it would have to; the same datagram comes again then
         * @throws IOException when the association is over
         */
        boolean pass(T datagram, boolean mayWait) throws IOException;
    }

    private final Channel channel;
    private final DatagramPath path;
    private final Direction<Datagram> toChannel;
    private final Direction<Message.Data> toPath;
    /** Null for a path that always has a thread. */
    private final Quiet quiet;

    /** @param toPath sends to the path, which waits only while its socket is a blocking one */
    public UdpRelay(Channel channel, DatagramPath path, Direction<Datagram> toChannel, Direction<Message.Data> toPath) {
        this.channel = channel;
        this.path = path;
        this.toChannel = toChannel;
        this.toPath = toPath;
        this.quiet = path.socket() != null && channel.canTrySend() && !channel.isSealed() ? new Quiet() : null;
    }

    /** Begins with the direction to the path, which goes on by itself. */
    public void begin() {
        if (channel.isReadyOr(this::onArrival)) {
            onArrival();
        }
    }

    /** Relays what the path receives, after {@link #begin}, until either end; closes the path. */
    public void run() {
        try (path) {
            while (true) {
                relay(quiet == null ? null : quiet.await());
            }
        } catch (IOException e) {
            end(e);
        } catch (RuntimeException e) {
            end(e);
            throw e;
        }
    }

    /** Relays until the socket may be quiet again. */
    private void relay(Datagram first) throws IOException {
        ByteBuffer buffer = BufferPool.HEAP.atLeast(DatagramPath.MAX_DATAGRAM);
        if (first != null) {
            toChannel.pass(first, true);
        }
        for (int sent = 0; quiet == null || sent < IN_A_ROW; sent++) {
            Datagram datagram = path.receive(buffer);
            if (datagram != null) {
                toChannel.pass(datagram, true);
            }
        }
        BufferPool.release(buffer);
    }

    /** Called when the channel has something for the path; does not block. */
    private void onArrival() {
        if (quiet == null) {
            startWriter();
        } else {
            quiet.write();
        }
    }

    private void startWriter() {
        Threads.start("udp to path", this::channelToPath);
    }

    /** Sends to the path in a thread that may wait, and is not one of the relay's. */
    void send(Runnable sending) {
        if (quiet == null) {
            sending.run();
            return;
        }
        quiet.beginWriting();
        try {
            sending.run();
        } finally {
            quiet.endWriting();
        }
    }

    private void channelToPath() {
        try {
            Message.Data data = quiet == null ? null : quiet.takeUnwritten();
            if (data != null) {
                toPath.pass(data, true);
            }
            while (channel.isReadyOr(this::onArrival)) {
                data = channel.receive();
                if (data == null) {
                    Sockets.close(path);
                    return;
                }
                channel.consumed(data);
                toPath.pass(data, true);
            }
        } catch (IOException e) {
            end(e);
        } catch (RuntimeException e) {
            end(e);
            throw e;
        } finally {
            if (quiet != null) {
                quiet.endWriting();
            }
        }
    }

    /** Closing a channel that has ended changes nothing. */
    private void end(Exception why) {
        LOG.log(DEBUG, () -> "UDP channel of " + channel.peer() + " ended: " + Reason.of(why));
        channel.discard(Reason.of(why));
        Sockets.close(path);
    }

    private final class Quiet extends QuietSocket {
        /** Read and not sent; null for nothing. */
        private Datagram unsent;
        /** Received and not sent; null for nothing. */
        private Message.Data unwritten;

        Quiet() {
            super(path.socket());
        }

        /** Returns what was read and is still to be sent; null for nothing. */
        Datagram await() throws IOException {
            awaitTraffic();
            Datagram rest = unsent;
            unsent = null;
            return rest;
        }

        @Override
        protected boolean relay(ByteBuffer scratch) throws IOException {
            for (int i = 0; i < AT_ONCE; i++) {
                Datagram datagram = path.receive(scratch);
                if (datagram == null) {
                    return true;
                }
                if (!toChannel.pass(datagram, false)) {
                    unsent = datagram;
                    return false;
                }
            }
            return true;
        }

        @Override
        protected boolean writeAll() {
            try {
                while (channel.isReadyOr(UdpRelay.this::onArrival)) {
                    Message.Data data = channel.receive();
                    if (data == null) {
                        Sockets.close(path);
                        return true;
                    }
                    channel.consumed(data);
                    if (data.compression() != Compression.NONE || !toPath.pass(data, false)) {
                        unwritten = data;
                        return false;
                    }
                }
                return true;
            } catch (IOException e) {
                // The thread gets it as well.
                return false;
            }
        }

        @Override
        protected void startWriter() {
            UdpRelay.this.startWriter();
        }

        /** What the first thread has to send before it receives; null for nothing. */
        Message.Data takeUnwritten() {
            Message.Data data = unwritten;
            unwritten = null;
            return data;
        }
    }
}
