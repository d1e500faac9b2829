package io.linksocks.protocol;

import io.linksocks.util.BlockInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The gzip container (RFC 1952) with one member, from buffer to array.
 *
 * <pre>
 *   +---+---+---+---+---+---+---+---+---+---+=============+---+---+---+---+---+---+---+---+
 *   |1f |8b |08 |FLG| MTIME         |XFL|OS | DEFLATE     | CRC32         | ISIZE         |  little endian
 *   +---+---+---+---+---+---+---+---+---+---+=============+---+---+---+---+---+---+---+---+
 * </pre>
 */
public final class Gzip {
    private static final int HEADER = 10;
    private static final int TRAILER = 8;
    /** The minimum length of a member. */
    public static final int SHORTEST = HEADER + TRAILER;
    private static final int UNKNOWN_OS = 0xFF;
    private static final int FASTEST = 4;
    private static final byte[] PLAIN_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, FASTEST, (byte) UNKNOWN_OS};

    /** DEFLATE takes at least two bits for its longest match of 258 bytes, so a higher ratio can't be true. */
    private static final long MAX_RATIO = 258 * 8 / 2;

    private Gzip() {}

    /**
     * Compresses for speed.
     *
     * @param room free bytes in front of the result
     * @return the container, or null when it is not smaller than the data
     */
    public static Slice compress(Slice data, int room) {
        int length = data.length();
        int limit = length - 1 - HEADER - TRAILER;
        if (limit <= 0) {
            return null;
        }
        byte[] out = new byte[Math.addExact(room, length)];
        int body = room + HEADER;
        int size = deflate(data, out, body, limit);
        if (size < 0) {
            return null;
        }
        System.arraycopy(PLAIN_HEADER, 0, out, room, HEADER);
        putLittleEndian(out, body + size, checksum(data));
        putLittleEndian(out, body + size + Integer.BYTES, length);
        int total = HEADER + size + TRAILER;
        // The message may be kept for replay, so its array should not be much larger than needed.
        return new Slice(total < length / 2 ? Arrays.copyOf(out, room + total) : out, room, total);
    }

    private static int deflate(Slice data, byte[] out, int outOffset, int limit) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(data.toBuffer());
            deflater.finish();
            int size = deflater.deflate(out, outOffset, limit);
            return deflater.finished() ? size : -1;
        } finally {
            deflater.end();
        }
    }

    /**
     * Inflates data that is exactly one member with a valid checksum and length.
     *
     * @param limit of the inflated length, checked before anything is allocated
     * @throws ProtocolException for any other data
     */
    public static byte[] inflate(Slice data, int limit) throws ProtocolException {
        try (Content content = new Content(data, member(data, limit))) {
            byte[] out = new byte[content.available()];
            int filled = 0;
            while (filled < out.length) {
                filled += content.read(out, filled, out.length - filled);
            }
            return out;
        }
    }

    /**
     * Inflates to a stream in pieces, which takes little memory while the stream blocks. Errors at the end of the member are
     * found after everything before has been written.
     *
     * @throws ProtocolException for any other data than one member
     * @throws IOException when the output can't be written
     */
    public static void inflate(Slice data, int limit, OutputStream out) throws IOException {
        ByteBuffer buffer = BufferPool.HEAP.take();
        byte[] piece = buffer.array();
        try (InputStream content = open(data, limit)) {
            for (int count = content.read(piece); count >= 0; count = content.read(piece)) {
                out.write(piece, 0, count);
            }
        } finally {
            BufferPool.release(buffer);
        }
    }

    /**
     * Inflates as the stream is read. {@link InputStream#available} is the number of bytes left; 0 means that the whole member
     * was valid. Native memory is in use until then, or until the stream is closed.
     *
     * @throws ProtocolException when header or trailer are invalid
     */
    public static InputStream open(Slice data, int limit) throws ProtocolException {
        return new Content(data, member(data, limit));
    }

    /** The inflated content of a member. */
    private static final class Content extends BlockInput {
        private final Member member;
        private final CRC32 crc = new CRC32();
        private final Inflater inflater = new Inflater(true);
        private int left;

        Content(Slice data, Member member) throws ProtocolException {
            this.member = member;
            this.left = member.length();
            inflater.setInput(data.buffer().slice(member.body(), member.end() - member.body()));
            if (left == 0) {
                check();
            }
        }

        @Override
        public int available() {
            return left;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws ProtocolException {
            if (left == 0 || length == 0) {
                return left == 0 ? -1 : 0;
            }
            try {
                int count = inflater.inflate(buffer, offset, Math.min(left, length));
                crc.update(buffer, offset, count);
                left -= count;
                if (left == 0 || count == 0) {
                    check();
                }
                return count;
            } catch (DataFormatException e) {
                close();
                throw malformed("is not DEFLATE data");
            }
        }

        /** Checks the end of the member. Reading the end marker takes an output buffer, even if the output is complete. */
        private void check() throws ProtocolException {
            try {
                boolean more = !inflater.finished() && inflater.inflate(new byte[1]) > 0;
                if (left > 0 || more || !inflater.finished() || inflater.getRemaining() > 0) {
                    throw malformed("is cut or has a wrong length");
                }
            } catch (DataFormatException e) {
                throw malformed("is not DEFLATE data");
            } finally {
                close();
            }
            if ((int) crc.getValue() != member.checksum()) {
                throw malformed("checksum is wrong");
            }
        }

        @Override
        public void close() {
            inflater.end();
        }
    }

    /**
     * Header and trailer of a member.
     *
     * @param body start of the compressed bytes
     * @param end of the compressed bytes
     */
    private record Member(int body, int end, int length, int checksum) {}

    private static Member member(Slice data, int limit) throws ProtocolException {
        ByteBuffer bytes = data.buffer();
        int end = data.offset() + data.length() - TRAILER;
        int body = body(bytes, data.offset(), end);
        long length = Integer.toUnsignedLong(Integer.reverseBytes(bytes.getInt(end + Integer.BYTES)));
        if (length > limit) {
            throw malformed("inflates to " + length + " bytes, over the limit of " + limit);
        }
        if (length > MAX_RATIO * (end - body)) {
            throw malformed("claims to inflate to an impossible length");
        }
        return new Member(body, end, (int) length, Integer.reverseBytes(bytes.getInt(end)));
    }

    /** Start of the compressed bytes. Refuses optional header fields, which are meant for files (RFC 1952, section 2.3). */
    private static int body(ByteBuffer bytes, int start, int end) throws ProtocolException {
        if (end - start < HEADER) {
            throw malformed("is too short");
        }
        boolean gzip = bytes.get(start) == 0x1f && bytes.get(start + 1) == (byte) 0x8b && bytes.get(start + 2) == 8;
        if (!gzip) {
            throw malformed("has no gzip header");
        }
        if (bytes.get(start + 3) != 0) {
            throw malformed("has optional header fields");
        }
        return start + HEADER;
    }

    private static int checksum(Slice data) {
        CRC32 crc = new CRC32();
        crc.update(data.toBuffer());
        return (int) crc.getValue();
    }

    private static void putLittleEndian(byte[] array, int offset, int value) {
        WireFormat.INT.set(array, offset, Integer.reverseBytes(value));
    }

    private static ProtocolException malformed(String problem) {
        return new ProtocolException(WireFormat.DATA, null, "compressed payload " + problem);
    }
}
