package io.linksocks.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A region of a buffer, without a copy. The bytes in front of it are headroom that its owner may overwrite.
 *
 * @param buffer shared, not copied, and big endian; its limit stays its capacity. On the heap, or direct: read from and
 *     written to sockets without a copy
 * @param offset index of the first byte
 * @param length in bytes
 */
public record Slice(ByteBuffer buffer, int offset, int length) {
    public Slice {
        Objects.checkFromIndexSize(offset, length, buffer.capacity());
    }

    /** A region of an array. */
    public Slice(byte[] array, int offset, int length) {
        this(ByteBuffer.wrap(array), offset, length);
    }

    /** The whole array. */
    public static Slice of(byte[] array) {
        return new Slice(array, 0, array.length);
    }

    /** The array, if the buffer is on the heap. */
    public byte[] array() {
        return buffer.array();
    }

    /** Length of the buffer, which is the memory that the region pins. */
    public int capacity() {
        return buffer.capacity();
    }

    /** A part of the region. */
    public Slice part(int from, int count) {
        return new Slice(buffer, offset + Objects.checkFromIndexSize(from, count, length), count);
    }

    /** Copies the region into an array. */
    public void copyTo(byte[] target, int at) {
        buffer.get(offset, target, at, length);
    }

    /** A copy of the region. */
    public byte[] toBytes() {
        byte[] bytes = new byte[length];
        copyTo(bytes, 0);
        return bytes;
    }

    /** A view of the region. */
    public ByteBuffer toBuffer() {
        return buffer.slice(offset, length);
    }

    /** The region, or a copy of it if the buffer is direct. */
    Slice onHeap() {
        return buffer.hasArray() ? this : of(toBytes());
    }

    /** Writes the region in one go. */
    public void writeTo(OutputStream out) throws IOException {
        if (buffer.hasArray()) {
            out.write(buffer.array(), offset, length);
            return;
        }
        ByteBuffer copy = BufferPool.HEAP.atLeast(length);
        copyTo(copy.array(), 0);
        out.write(copy.array(), 0, length);
        BufferPool.release(copy);
    }

    /** Returns the buffer to the {@link BufferPool}; nothing may use it any more. */
    public void release() {
        BufferPool.release(buffer);
    }
}
