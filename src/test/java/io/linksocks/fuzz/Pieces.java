package io.linksocks.fuzz;

import java.io.ByteArrayInputStream;

/** Bytes that come in pieces of changing length, as they do from a network; the same bytes come in the same pieces. */
public final class Pieces extends ByteArrayInputStream {
    private static final int LARGEST = 7;

    private int state;

    public Pieces(byte[] bytes) {
        super(bytes);
        state = bytes.length;
    }

    @Override
    public int read(byte[] array, int offset, int length) {
        state = state * 1_103_515_245 + 12_345;
        return super.read(array, offset, Math.min(length, 1 + (state >>> 16) % LARGEST));
    }
}
