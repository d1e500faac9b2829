package io.linksocks.tls;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** As much of DER (ITU-T X.690) as private keys take: elements one after the other, all lengths checked. */
final class Der {
    static final int INTEGER = 0x02;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;
    /** The explicit tag 0, which in an EC key holds the curve. */
    static final int CONTEXT_0 = 0xA0;

    private final ByteBuffer in;

    Der(byte[] encoded) {
        this.in = ByteBuffer.wrap(encoded);
    }

    /** Whether an element with this tag comes next. */
    boolean isNext(int tag) {
        return in.hasRemaining() && Byte.toUnsignedInt(in.get(in.position())) == tag;
    }

    /** The content of the next element, which must have this tag. */
    byte[] read(int tag) throws DerException {
        try {
            if (Byte.toUnsignedInt(in.get()) != tag) {
                throw new DerException("unexpected tag");
            }
            int length = length();
            if (length > in.remaining()) {
                throw new DerException("length past the end");
            }
            byte[] content = new byte[length];
            in.get(content);
            return content;
        } catch (BufferUnderflowException e) {
            throw new DerException("cut short");
        }
    }

    /** The elements inside the next one, which must have this tag. */
    Der enter(int tag) throws DerException {
        return new Der(read(tag));
    }

    private int length() throws DerException {
        int first = Byte.toUnsignedInt(in.get());
        if (first < 0x80) {
            return first;
        }
        int bytes = first & 0x7F;
        if (bytes == 0 || bytes > 3) {
            throw new DerException("length of " + bytes + " bytes");
        }
        int length = 0;
        for (int i = 0; i < bytes; i++) {
            length = length << 8 | Byte.toUnsignedInt(in.get());
        }
        return length;
    }

    /** An element of these parts. */
    static byte[] element(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer out = ByteBuffer.allocate(length + 5).put((byte) tag);
        if (length < 0x80) {
            out.put((byte) length);
        } else if (length <= 0xFF) {
            out.put((byte) 0x81).put((byte) length);
        } else if (length <= 0xFFFF) {
            out.put((byte) 0x82).putShort((short) length);
        } else {
            out.put((byte) 0x83).put((byte) (length >> 16)).putShort((short) length);
        }
        for (byte[] part : parts) {
            out.put(part);
        }
        byte[] element = new byte[out.position()];
        out.flip().get(element);
        return element;
    }

    /** Bytes that are not the DER that was expected. */
    static final class DerException extends IOException {
        private static final long serialVersionUID = 1L;

        DerException(String message) {
            super(message);
        }
    }
}
