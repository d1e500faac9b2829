package io.linksocks.tls;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;

/** The part of DER (ITU-T X.690) that private keys and names need: a sequence of elements, whose lengths are checked. */
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
    byte[] read(int tag) throws InvalidKeyException {
        try {
            if (Byte.toUnsignedInt(in.get()) != tag) {
                throw new InvalidKeyException("unexpected tag");
            }
            int length = length();
            if (length > in.remaining()) {
                throw new InvalidKeyException("length past the end");
            }
            byte[] content = new byte[length];
            in.get(content);
            return content;
        } catch (BufferUnderflowException e) {
            throw new InvalidKeyException("cut short");
        }
    }

    /** The elements inside the next one, which must have this tag. */
    Der enter(int tag) throws InvalidKeyException {
        return new Der(read(tag));
    }

    private int length() throws InvalidKeyException {
        int first = Byte.toUnsignedInt(in.get());
        if (first < 0x80) {
            return first;
        }
        int bytes = first & 0x7F;
        if (bytes == 0 || bytes > 3) {
            throw new InvalidKeyException("length of " + bytes + " bytes");
        }
        int length = 0;
        for (int i = 0; i < bytes; i++) {
            length = length << 8 | Byte.toUnsignedInt(in.get());
        }
        return length;
    }

    /** An element of these parts. */
    static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream element = new ByteArrayOutputStream(length + 5);
        element.write(tag);
        if (length < 0x80) {
            element.write(length);
        } else {
            int bytes = Integer.BYTES - Integer.numberOfLeadingZeros(length) / Byte.SIZE;
            element.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                element.write(length >> i * Byte.SIZE);
            }
        }
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
