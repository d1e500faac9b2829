package io.linksocks.session;

import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.seal.RecordReader;
import io.linksocks.seal.RecordWriter;
import io.linksocks.seal.Records;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The seal of a channel (docs/sealed.md): records in place of payload, and a record at the end of each direction, without
 * which a stream has broken off.
 */
final class Sealing {
    private final Channel channel;
    private final RecordWriter writer;
    private final RecordReader reader;
    private final AtomicBoolean leaving = new AtomicBoolean();
    /** Records that could not be sent at once: their bytes come again, and keep the numbers that they have. */
    private Slice unsent;

    Sealing(Channel channel, Records records) {
        this.channel = channel;
        this.writer = records.writer();
        this.reader = records.reader();
    }

    /** The extra memory of what the channel carries. */
    int memory() {
        return reader.hasDatagrams() ? ChannelMemory.idle(Transport.UDP) - ChannelMemory.idle(Transport.TCP) : 0;
    }

    /** Stream bytes in records, see {@link RecordWriter#data}. */
    Slice seal(Slice data) throws IOException {
        Slice kept = unsent;
        unsent = null;
        return kept == null ? writer.data(data.array(), data.offset(), data.length()) : kept;
    }

    /** Keeps records for the next call of {@link #seal}, which is for the same bytes. */
    void keep(Slice records) {
        unsent = records;
    }

    /** Whether the peer's direction has ended in good order. */
    boolean hasInputEnded() {
        return reader.hasEnded();
    }

    /** Null for a datagram that is too long. */
    Slice sealDatagram(Slice payload, Endpoint address) throws IOException {
        return writer.datagram(payload, address);
    }

    /** Ends the sending direction, for which credit is needed. */
    void finish() {
        Slice end = writer.end();
        try {
            if (end != null) {
                channel.sendRecord(end);
            }
        } catch (IOException e) {
            channel.close(Reason.of(e));
        }
    }

    /** Closes a channel without Fin, which both directions have left. */
    void closeIfBothEnded() {
        if (!channel.hasFin() && writer.hasEnded() && reader.hasEnded()) {
            channel.close("");
        }
    }

    /**
     * Sees to it that a channel that its user leaves in order ends so for the peer, too: with the record, for which there may
     * be no credit yet.
     *
     * @return false when there is no need
     */
    boolean leave() {
        if (reader.hasDatagrams() || channel.isClosed() || writer.hasEnded() && !leaving.get()) {
            return false;
        }
        if (leaving.compareAndSet(false, true)) {
            channel.endInput();
            Threads.start("last record", this::endAndClose);
        }
        return true;
    }

    private void endAndClose() {
        finish();
        channel.close("");
    }
}
