package io.linksocks.seal;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.util.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/** The sending direction of a sealed channel: turns bytes into records (docs/sealed.md, records). Thread-safe. */
public final class RecordWriter {
    /** Stream bytes in one record at most. */
    static final int MAX_DATA = 32 << 10;
    static final int HEADER = 2;
    private static final int TYPE = 1;
    /** What a record adds to its content. */
    static final int OVERHEAD = HEADER + TYPE + CipherState.TAG;
    private static final int MAX_LENGTH = 0xFFFF;
    /** After so many records the key is replaced. */
    static final long RECORDS_OF_KEY = 1 << 24;
    static final int DATA = 0;
    static final int END = 1;
    static final int DATAGRAM = 2;

    private static final int MAX_RECORDS = (BufferPool.LARGE_PAYLOAD + MAX_DATA - 1) / MAX_DATA;
    /** Stream bytes that {@link #data} seals at once. */
    static final int MAX_BATCH = MAX_RECORDS * MAX_DATA;
    /** What it needs in front of them, besides the room of the message that they will be in. */
    public static final int ROOM = MAX_RECORDS * OVERHEAD;

    private final long recordsOfKey;

    /** Guards all below: two records with one number would give away their content. */
    private final ReentrantLock lock = new ReentrantLock();
    private final CipherState cipher;
    private long records;
    private volatile boolean ended;

    RecordWriter(CipherState cipher) {
        this(cipher, RECORDS_OF_KEY);
    }

    RecordWriter(CipherState cipher, long recordsOfKey) {
        this.cipher = cipher;
        this.recordsOfKey = recordsOfKey;
    }

    /** How many bytes so many stream bytes become. */
    public static int sealedLength(int length) {
        return length + (length + MAX_DATA - 1) / MAX_DATA * OVERHEAD;
    }

    /**
     * Seals stream bytes where they are: the records begin up to {@link #ROOM} before them, and end with them.
     *
     * @param length up to {@link #MAX_BATCH}
     * @throws SealException when the direction has ended
     */
    public Slice data(byte[] array, int offset, int length) throws SealException {
        int sealed = sealedLength(length);
        int start = offset + length - sealed;
        if (start < 0 || length > MAX_BATCH) {
            throw new IllegalArgumentException("no room for the records of " + length + " bytes at " + offset);
        }
        lock.lock();
        try {
            refuseAfterEnd();
            int position = start;
            for (int done = 0; done < length; done += MAX_DATA) {
                int count = Math.min(MAX_DATA, length - done);
                position += record(DATA, array, offset + done, count, array, position);
            }
        } finally {
            lock.unlock();
        }
        return new Slice(array, start, sealed);
    }

    /** Seals the end of the direction, with the room that its message needs in front; null when it has ended before. */
    public Slice end() {
        lock.lock();
        try {
            if (ended) {
                return null;
            }
            ended = true;
            return single(END, 0, new byte[MessageWriter.DATA_ROOM + OVERHEAD]);
        } finally {
            lock.unlock();
        }
    }

    public boolean hasEnded() {
        return ended;
    }

    /**
     * Seals a datagram.
     *
     * @param address its destination, or its source on the way back
     * @return with the room that its message needs in front; null when it is too long
     */
    public Slice datagram(Slice payload, Endpoint address) throws SealException {
        byte[] host = address.host().getBytes(StandardCharsets.UTF_8);
        int length = SealedDatagram.HEAD + host.length + payload.length();
        if (host.length > SealedDatagram.MAX_HOST || OVERHEAD - HEADER + length > MAX_LENGTH) {
            return null;
        }
        byte[] array = new byte[MessageWriter.DATA_ROOM + OVERHEAD + length];
        SealedDatagram.write(array, MessageWriter.DATA_ROOM + OVERHEAD, host, address.port(), payload);
        lock.lock();
        try {
            refuseAfterEnd();
            return single(DATAGRAM, length, array);
        } finally {
            lock.unlock();
        }
    }

    private Slice single(int type, int length, byte[] array) {
        record(type, array, MessageWriter.DATA_ROOM + OVERHEAD, length, array, MessageWriter.DATA_ROOM);
        return new Slice(array, MessageWriter.DATA_ROOM, OVERHEAD + length);
    }

    /** Writes a record to a place before its content; the type goes right in front of the content. */
    private int record(int type, byte[] array, int offset, int length, byte[] out, int position) {
        array[offset - TYPE] = (byte) type;
        int sealed = cipher.encrypt(null, array, offset - TYPE, TYPE + length, out, position + HEADER);
        out[position] = (byte) (sealed >> 8);
        out[position + 1] = (byte) sealed;
        if (++records % recordsOfKey == 0) {
            cipher.rekey();
        }
        return HEADER + sealed;
    }

    private void refuseAfterEnd() throws SealException {
        if (ended) {
            throw new SealException("the direction has ended");
        }
    }
}
