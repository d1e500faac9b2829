package io.linksocks.protocol;

import io.linksocks.util.Endpoint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** Reads the fields of a message in order; throws if one is truncated. */
final class WireInput {
    private final ByteBuffer buffer;
    private final int end;
    private int position;

    WireInput(Slice message) {
        buffer = message.buffer();
        position = message.offset();
        end = position + message.length();
    }

    int remaining() {
        return end - position;
    }

    int unsignedByte() throws ProtocolException {
        return buffer.get(take(1)) & 0xFF;
    }

    boolean flag() throws ProtocolException {
        int value = unsignedByte();
        if (value > 1) {
            throw new ProtocolException("flag is neither 0 nor 1");
        }
        return value == 1;
    }

    /** A four-byte number that must not be negative. */
    int natural() throws ProtocolException {
        int value = buffer.getInt(take(Integer.BYTES));
        if (value < 0) {
            throw new ProtocolException("number over " + Integer.MAX_VALUE);
        }
        return value;
    }

    long naturalLong() throws ProtocolException {
        long value = buffer.getLong(take(Long.BYTES));
        if (value < 0) {
            throw new ProtocolException("number over " + Long.MAX_VALUE);
        }
        return value;
    }

    UUID uuid() throws ProtocolException {
        return uuidAt(buffer, take(WireFormat.UUID_LENGTH));
    }

    static UUID uuidAt(ByteBuffer buffer, int offset) {
        return new UUID(buffer.getLong(offset), buffer.getLong(offset + Long.BYTES));
    }

    /** A view of the bytes behind a four-byte length. */
    Slice data() throws ProtocolException {
        long length = Integer.toUnsignedLong(buffer.getInt(take(WireFormat.LENGTH_LENGTH)));
        if (length > remaining()) {
            throw new ProtocolException("DataLen " + length + " with " + remaining() + " bytes left");
        }
        return new Slice(buffer, take((int) length), (int) length);
    }

    /** A string in valid UTF-8: replacing malformed bytes would make different tokens equal. */
    String exactString() throws ProtocolException {
        return exactText(bytes(unsignedByte()));
    }

    static String exactText(byte[] utf8) throws ProtocolException {
        String text = new String(utf8, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0 && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), utf8)) {
            throw new ProtocolException("malformed UTF-8");
        }
        return text;
    }

    /** An error text, possibly malformed, because some peers cut it within a character. */
    String errorString() throws ProtocolException {
        return new String(bytes(unsignedByte()), StandardCharsets.UTF_8);
    }

    private byte[] bytes(int length) throws ProtocolException {
        return new Slice(buffer, take(length), length).toBytes();
    }

    /** An address and a port; null if the address is empty. */
    Endpoint endpoint() throws ProtocolException {
        String host = exactString();
        refuseControlCharacters(host);
        int port = buffer.getShort(take(WireFormat.PORT_LENGTH)) & 0xFFFF;
        return host.isEmpty() ? null : new Endpoint(host, port);
    }

    private static void refuseControlCharacters(String host) throws ProtocolException {
        for (int i = 0; i < host.length(); i++) {
            if (Character.isISOControl(host.charAt(i))) {
                throw new ProtocolException("control character in an address");
            }
        }
    }

    private int take(int length) throws ProtocolException {
        if (length > remaining()) {
            throw new ProtocolException("message ends " + (length - remaining()) + " bytes too early");
        }
        int start = position;
        position += length;
        return start;
    }
}
