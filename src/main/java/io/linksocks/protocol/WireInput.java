package io.linksocks.protocol;

import io.linksocks.util.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** Reads the fields of a message in order; throws if one is truncated. */
final class WireInput {
    private final byte[] array;
    private final int end;
    private int position;

    WireInput(Slice message) {
        array = message.array();
        position = message.offset();
        end = position + message.length();
    }

    int remaining() {
        return end - position;
    }

    int unsignedByte() throws ProtocolException {
        return array[take(1)] & 0xFF;
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
        int value = (int) WireFormat.INT.get(array, take(Integer.BYTES));
        if (value < 0) {
            throw new ProtocolException("number over " + Integer.MAX_VALUE);
        }
        return value;
    }

    long naturalLong() throws ProtocolException {
        long value = (long) WireFormat.LONG.get(array, take(Long.BYTES));
        if (value < 0) {
            throw new ProtocolException("number over " + Long.MAX_VALUE);
        }
        return value;
    }

    UUID uuid() throws ProtocolException {
        return uuidAt(array, take(WireFormat.UUID_LENGTH));
    }

    static UUID uuidAt(byte[] array, int offset) {
        long high = (long) WireFormat.LONG.get(array, offset);
        long low = (long) WireFormat.LONG.get(array, offset + Long.BYTES);
        return new UUID(high, low);
    }

    /** A view of the bytes behind a four-byte length. */
    Slice data() throws ProtocolException {
        long length = Integer.toUnsignedLong((int) WireFormat.INT.get(array, take(WireFormat.LENGTH_LENGTH)));
        if (length > remaining()) {
            throw new ProtocolException("DataLen " + length + " with " + remaining() + " bytes left");
        }
        return new Slice(array, take((int) length), (int) length);
    }

    /** A string in valid UTF-8: replacing malformed bytes would make different tokens equal. */
    String exactString() throws ProtocolException {
        int length = unsignedByte();
        return exactText(array, take(length), length);
    }

    static String exactText(byte[] array, int offset, int length) throws ProtocolException {
        String text = new String(array, offset, length, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            byte[] again = text.getBytes(StandardCharsets.UTF_8);
            if (!Arrays.equals(again, 0, again.length, array, offset, offset + length)) {
                throw new ProtocolException("malformed UTF-8");
            }
        }
        return text;
    }

    /** An error text, possibly malformed, because some peers cut it within a character. */
    String errorString() throws ProtocolException {
        int length = unsignedByte();
        return new String(array, take(length), length, StandardCharsets.UTF_8);
    }

    /** An address and a port; null if the address is empty. */
    Endpoint endpoint() throws ProtocolException {
        String host = exactString();
        refuseControlCharacters(host);
        int port = (short) WireFormat.SHORT.get(array, take(WireFormat.PORT_LENGTH)) & 0xFFFF;
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
