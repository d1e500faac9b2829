package io.linksocks.relay;

import java.io.IOException;
import java.io.InputStream;

/** A stream whose bytes arrive in portions: the next portion comes when somebody waits for it. */
final class ScriptedSource extends InputStream {
    private final byte[] stream;
    private final int[] arrivals;
    private int arrived;
    private int position;
    private int end;
    private int readLimit = Integer.MAX_VALUE;
    private int reads;

    /** @param arrivals lengths of the portions */
    ScriptedSource(byte[] stream, int... arrivals) {
        this.stream = stream;
        this.arrivals = arrivals;
    }

    /** Everything at once. */
    static ScriptedSource of(byte[] stream) {
        return new ScriptedSource(stream, stream.length);
    }

    /** No read gives more than this. */
    ScriptedSource readsAtMost(int bytes) {
        readLimit = bytes;
        return this;
    }

    /** How many bytes have been taken so far. */
    int position() {
        return position;
    }

    int reads() {
        return reads;
    }

    @Override
    public int read() {
        throw new AssertionError("read byte by byte");
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        reads++;
        if (length == 0) {
            return 0;
        }
        if (position == end) {
            if (arrived == arrivals.length) {
                return -1;
            }
            end = Math.min(stream.length, end + arrivals[arrived++]);
        }
        int count = Math.min(Math.min(length, readLimit), end - position);
        System.arraycopy(stream, position, buffer, offset, count);
        position += count;
        return count;
    }

    @Override
    public int available() {
        return end - position;
    }
}
