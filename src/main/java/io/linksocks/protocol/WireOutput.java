package io.linksocks.protocol;

import io.linksocks.util.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** Puts fields into an array, in order. */
final class WireOutput {
    private final byte[] array;
    private final int start;
    private int position;

    private WireOutput(byte[] array, int start) {
        this.array = array;
        this.start = start;
        position = start;
    }

    /** A message in a new array, behind the headroom; {@code length} counts the fields, without version and type. */
    static WireOutput message(int type, int length) {
        int size = Math.addExact(MessageWriter.HEADROOM + WireFormat.PREFIX, length);
        return at(new byte[size], MessageWriter.HEADROOM, type);
    }

    static WireOutput at(byte[] array, int start, int type) {
        return new WireOutput(array, start).putByte(WireFormat.VERSION).putByte(type);
    }

    WireOutput putByte(int value) {
        array[position++] = (byte) value;
        return this;
    }

    WireOutput flag(boolean value) {
        return putByte(value ? 1 : 0);
    }

    WireOutput uuid(UUID value) {
        WireFormat.LONG.set(array, position, value.getMostSignificantBits());
        WireFormat.LONG.set(array, position + Long.BYTES, value.getLeastSignificantBits());
        position += WireFormat.UUID_LENGTH;
        return this;
    }

    WireOutput number(int value) {
        WireFormat.INT.set(array, position, value);
        position += Integer.BYTES;
        return this;
    }

    WireOutput number(long value) {
        WireFormat.LONG.set(array, position, value);
        position += Long.BYTES;
        return this;
    }

    /** Bytes behind their four-byte length. */
    WireOutput data(byte[] source, int offset, int length) {
        number(length);
        return bytes(source, offset, length);
    }

    /** Bytes behind their one-byte length. */
    WireOutput string(byte[] utf8) {
        putByte(utf8.length);
        return bytes(utf8, 0, utf8.length);
    }

    WireOutput endpoint(byte[] host, int port) {
        string(host);
        WireFormat.SHORT.set(array, position, (short) port);
        position += WireFormat.PORT_LENGTH;
        return this;
    }

    private WireOutput bytes(byte[] source, int offset, int length) {
        System.arraycopy(source, offset, array, position, length);
        position += length;
        return this;
    }

    /** All that was put; the array must be full. */
    Slice end() {
        assert position == array.length;
        return new Slice(array, start, position - start);
    }

    /** @throws IllegalArgumentException when it does not fit behind a one-byte length */
    static byte[] utf8(String what, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > WireFormat.MAX_STRING) {
            throw new IllegalArgumentException(
                    what + " of " + bytes.length + " bytes is over the limit of " + WireFormat.MAX_STRING);
        }
        return bytes;
    }

    static byte[] host(Endpoint endpoint) {
        return utf8("address", endpoint == null ? "" : endpoint.host());
    }

    /** The text or as much of its front as fits, in whole characters. */
    static byte[] cutUtf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= WireFormat.MAX_STRING) {
            return bytes;
        }
        int end = WireFormat.MAX_STRING;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }
}
