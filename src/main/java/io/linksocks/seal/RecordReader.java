package io.linksocks.seal;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Slice;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The receiving direction of a sealed channel: turns records into bytes, however a relay has joined or split them. For use
 * by one thread at a time.
 */
public final class RecordReader {
    private static final int SHORTEST = RecordWriter.OVERHEAD - RecordWriter.HEADER;
    private static final Slice NOTHING = Slice.of(new byte[0]);
    private static final int FIRST_PIECE = 64;

    private final CipherState cipher;
    private final boolean datagrams;
    private final long recordsOfKey;
    private long records;
    /** What was received and not read. */
    private Slice input = NOTHING;
    /** The beginning of a record whose rest has not come; null for none. */
    private byte[] partial;
    private int partialLength;
    private volatile boolean ended;

    RecordReader(CipherState cipher, boolean datagrams) {
        this(cipher, datagrams, RecordWriter.RECORDS_OF_KEY);
    }

    RecordReader(CipherState cipher, boolean datagrams, long recordsOfKey) {
        this.cipher = cipher;
        this.datagrams = datagrams;
        this.recordsOfKey = recordsOfKey;
    }

    /** Whether the channel carries datagrams, which {@link SealedDatagram} reads. */
    public boolean hasDatagrams() {
        return datagrams;
    }

    /** Takes received bytes, once {@link #next} has returned null for those before. */
    public void offer(Slice bytes) {
        input = bytes;
    }

    /** Whether all received bytes were read, or are the beginning of a record. */
    public boolean isExhausted() {
        return input.length() == 0;
    }

    /** Memory of a record whose rest has not come. */
    public int pending() {
        return partial == null ? 0 : partial.length;
    }

    /** Whether the direction has ended in good order. */
    public boolean hasEnded() {
        return ended;
    }

    /**
     * Opens what was received: stream bytes of all complete records, or one datagram.
     *
     * @return in an array of its own; null when there is nothing before the next bytes, or the end
     * @throws SealException when a record was changed, repeated or left out, which ends the matter
     */
    public Slice next() throws SealException {
        while (input.length() > 0) {
            if (ended) {
                throw new SealException("data after the end");
            }
            Slice content = partial == null ? openComplete() : openPartial();
            if (content != null && (content.length() > 0 || datagrams && !ended)) {
                return content;
            }
        }
        return null;
    }

    private Slice openComplete() throws SealException {
        int end = input.offset() + input.length();
        int position = input.offset();
        int total = 0;
        do {
            int sealed = end - position < RecordWriter.HEADER ? Integer.MAX_VALUE : sealedLength(input.buffer(), position);
            if (sealed > end - position - RecordWriter.HEADER) {
                break;
            }
            total += sealed - SHORTEST;
            position += RecordWriter.HEADER + sealed;
        } while (!datagrams);
        Slice complete = input.part(0, position - input.offset());
        if (complete.length() == 0) {
            keep(input);
            input = NOTHING;
            return null;
        }
        input = input.part(complete.length(), end - position);
        return open(complete, total);
    }

    private int sealedLength(ByteBuffer records, int offset) throws SealException {
        int sealed = Short.toUnsignedInt(records.getShort(offset));
        if (sealed < SHORTEST || !datagrams && sealed > SHORTEST + RecordWriter.MAX_DATA) {
            throw new SealException("no record of " + sealed + " bytes");
        }
        return sealed;
    }

    private void keep(Slice bytes) {
        partial = Arrays.copyOf(bytes.toBytes(), Math.max(FIRST_PIECE, bytes.length()));
        partialLength = bytes.length();
    }

    /** Null while it is not complete. */
    private Slice openPartial() throws SealException {
        fill(RecordWriter.HEADER);
        if (partialLength < RecordWriter.HEADER) {
            return null;
        }
        int sealed = sealedLength(ByteBuffer.wrap(partial), 0);
        fill(RecordWriter.HEADER + sealed);
        if (partialLength < RecordWriter.HEADER + sealed) {
            return null;
        }
        Slice complete = new Slice(partial, 0, partialLength);
        partial = null;
        return open(complete, sealed - SHORTEST);
    }

    /** Grows with what comes, not by what a length promises. */
    private void fill(int wanted) {
        int count = Math.min(wanted - partialLength, input.length());
        if (count <= 0) {
            return;
        }
        if (partialLength + count > partial.length) {
            partial = Arrays.copyOf(partial, Math.max(partialLength + count, Math.min(wanted, 2 * partial.length)));
        }
        input.part(0, count).copyTo(partial, partialLength);
        partialLength += count;
        input = input.part(count, input.length() - count);
    }

    /**
     * Opens complete records.
     *
     * @param total length of their content
     */
    private Slice open(Slice sealed, int total) throws SealException {
        ByteBuffer buffer = BufferPool.HEAP.atLeast(1 + total);
        byte[] content = buffer.array();
        // The type of a record comes out in front of its content, in place of the last byte of the one before.
        int length = 1;
        for (int position = 0; position < sealed.length();) {
            if (ended) {
                throw new SealException("data after the end");
            }
            int count = sealedLength(sealed.buffer(), sealed.offset() + position);
            byte last = content[length - 1];
            int opened = cipher.decrypt(null, sealed.part(position + RecordWriter.HEADER, count), content, length - 1) - 1;
            int type = content[length - 1];
            content[length - 1] = last;
            accept(type, opened);
            length += opened;
            position += RecordWriter.HEADER + count;
        }
        return new Slice(buffer, 1, length - 1);
    }

    private void accept(int type, int length) throws SealException {
        boolean fits = switch (type) {
            case RecordWriter.DATA -> !datagrams && length > 0;
            case RecordWriter.END -> length == 0;
            case RecordWriter.DATAGRAM -> datagrams;
            default -> false;
        };
        if (!fits) {
            throw new SealException("no record of type " + type + " with " + length + " bytes here");
        }
        ended = type == RecordWriter.END;
        if (++records % recordsOfKey == 0) {
            cipher.rekey();
        }
    }
}
