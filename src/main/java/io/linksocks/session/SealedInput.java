package io.linksocks.session;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.seal.RecordReader;
import io.linksocks.seal.SealException;
import io.linksocks.seal.SealedDatagram;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Reason;
import java.io.IOException;
import java.time.Duration;

/**
 * The receiving half of a sealed channel: opens the records in the messages of an {@link Inbox}. A stream that ends without
 * the record that says so has broken off, whatever a relay says. Used by the thread that receives.
 */
final class SealedInput implements Incoming {
    private static final String DAMAGED = "sealed stream was changed or cut on the way";

    private static final RateLimitedLogger FORGED = new RateLimitedLogger(System.getLogger(SealedInput.class.getName()));

    private final Channel channel;
    private final Inbox inbox;
    private final RecordReader reader;
    private final ChannelMemory memory;
    private final Sealing sealing;
    /** The message whose records are being opened; null for none. */
    private Message.Data message;
    /** The content of a record that was not taken yet; null for none. */
    private Message.Data opened;
    private String failure;
    private boolean ended;
    /** Bytes charged for an incomplete record. */
    private int charged;

    /** @param first a message whose records the reader has been offered; null for none */
    SealedInput(Channel channel, Inbox inbox, RecordReader reader, ChannelMemory memory, Sealing sealing, Message.Data first) {
        this.channel = channel;
        this.inbox = inbox;
        this.reader = reader;
        this.memory = memory;
        this.sealing = sealing;
        this.message = first;
    }

    @Override
    public Message.Data take() throws ChannelException {
        while (!isOpen()) {
            receive();
        }
        Message.Data taken = opened;
        opened = null;
        if (taken == null && failure != null) {
            throw new ChannelException(failure);
        }
        return taken;
    }

    @Override
    public boolean await(Duration timeout) throws ChannelException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!isOpen()) {
            if (!inbox.await(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                return false;
            }
            receive();
        }
        return true;
    }

    @Override
    public boolean isReadyOr(Runnable callback) {
        while (!isOpen()) {
            if (!inbox.isReadyOr(callback)) {
                return false;
            }
            receive();
        }
        return true;
    }

    @Override
    public boolean isQuiet() {
        while (!isOpen()) {
            if (inbox.isQuiet()) {
                return true;
            }
            receive();
        }
        return false;
    }

    /** Null while the message has more records. */
    @Override
    public Message.Data source(Message.Data data) {
        return message != null && reader.isExhausted() ? forget() : null;
    }

    /** Opens what there is to open; returns whether {@link #take} has something to give. */
    private boolean isOpen() {
        while (opened == null && failure == null && message != null) {
            try {
                Slice content = reader.next();
                if (content == null) {
                    channel.release(forget());
                } else {
                    opened = data(content);
                }
            } catch (SealException e) {
                FORGED.warn("closed a sealed channel with " + channel.peer() + ": what it received was changed, repeated or left"
                        + " out on the way (" + e.getMessage() + ")");
                fail(DAMAGED);
            } catch (IOException e) {
                fail(e instanceof ChannelException ? Reason.of(e) : DAMAGED);
            }
        }
        return opened != null || failure != null || ended;
    }

    /** Takes the next message, which must be there or come. */
    private void receive() {
        try {
            message = inbox.take();
            if (message != null) {
                reader.offer(message.compression() == Compression.NONE
                        ? message.payload()
                        : Slice.of(Gzip.inflate(message.payload(), Link.MESSAGE_LIMIT)));
            } else if (reader.hasDatagrams()) {
                ended = true;
            } else {
                fail(DAMAGED);
            }
        } catch (ChannelException e) {
            failure = Reason.of(e);
        } catch (IOException e) {
            fail(DAMAGED);
        }
    }

    private Message.Data data(Slice content) throws IOException {
        if (!reader.hasDatagrams()) {
            return new Message.Data(Transport.TCP, channel.id(), Compression.NONE, content, null, null);
        }
        SealedDatagram datagram = SealedDatagram.read(content);
        return new Message.Data(Transport.UDP, channel.id(), Compression.NONE, datagram.payload(), datagram.address(), null);
    }

    /** Returns the message, all of which was opened. */
    private Message.Data forget() {
        Message.Data done = message;
        message = null;
        done.payload().release();
        charge(reader.pending());
        if (reader.hasEnded() && !ended) {
            ended = true;
            sealing.closeIfBothEnded();
        }
        return done;
    }

    private void charge(int pending) {
        if (pending == charged) {
            return;
        }
        if (charged > 0) {
            memory.give(charged);
        }
        charged = pending;
        if (pending > 0 && !memory.take(pending)) {
            fail(Inbox.SHORT_OF_MEMORY);
        }
    }

    private void fail(String why) {
        failure = why;
        channel.discard(why);
    }
}
