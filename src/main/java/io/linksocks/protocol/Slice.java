package io.linksocks.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A region of an array, without a copy. The bytes in front of it are headroom that its owner may overwrite.
 *
 * @param array shared, not copied
 * @param offset index of the first byte
 * @param length in bytes
 */
public record Slice(byte[] array, int offset, int length) {
    public Slice {
        Objects.checkFromIndexSize(offset, length, array.length);
    }

    /** The whole array. */
    public static Slice of(byte[] array) {
        return new Slice(array, 0, array.length);
    }

    /** A copy of the region. */
    public byte[] toBytes() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /** A view of the region. */
    public ByteBuffer toBuffer() {
        return ByteBuffer.wrap(array, offset, length);
    }
}
