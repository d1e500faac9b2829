package io.linksocks.protocol;

import io.linksocks.util.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** Appends the fields of a message to an array, which grows as needed. */
final class WireOutput {
    /** Bytes of fields that most messages stay below. */
    private static final int USUAL_LENGTH = 46;

    private final int start;
    private byte[] array;
    private int position;

    private WireOutput(byte[] array, int start, int type) {
        this.array = array;
        this.start = start;
        this.position = start;
        putByte(WireFormat.VERSION).putByte(type);
    }

    /** A message in a new array, behind the headroom. */
    static WireOutput message(int type) {
        return message(type, USUAL_LENGTH);
    }

    /** @param length expected bytes of the fields, without version and type */
    static WireOutput message(int type, int length) {
        int size = Math.addExact(MessageWriter.HEADROOM + WireFormat.PREFIX, length);
        return new WireOutput(new byte[size], MessageWriter.HEADROOM, type);
    }

    WireOutput putByte(int value) {
        int at = reserve(1);
        array[at] = (byte) value;
        return this;
    }

    WireOutput flag(boolean value) {
        return putByte(value ? 1 : 0);
    }

    WireOutput uuid(UUID value) {
        return number(value.getMostSignificantBits()).number(value.getLeastSignificantBits());
    }

    WireOutput number(int value) {
        int at = reserve(Integer.BYTES);
        WireFormat.INT.set(array, at, value);
        return this;
    }

    WireOutput number(long value) {
        int at = reserve(Long.BYTES);
        WireFormat.LONG.set(array, at, value);
        return this;
    }

    /** Bytes behind their four-byte length. */
    WireOutput data(Slice data) {
        int at = number(data.length()).reserve(data.length());
        data.copyTo(array, at);
        return this;
    }

    /**
     * A string behind its one-byte length.
     *
     * @param what names it in the exception
     * @throws IllegalArgumentException when it is over 255 bytes
     */
    WireOutput string(String what, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > WireFormat.MAX_STRING) {
            throw new IllegalArgumentException(
                    what + " of " + utf8.length + " bytes is over the limit of " + WireFormat.MAX_STRING);
        }
        return putByte(utf8.length).bytes(utf8);
    }

    /** An error text behind its one-byte length, cut if it is too long. */
    WireOutput error(String text) {
        byte[] utf8 = cutUtf8(text);
        return putByte(utf8.length).bytes(utf8);
    }

    /** As many whole characters of a text as fit behind a one-byte length. */
    static byte[] cutUtf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int end = Math.min(bytes.length, WireFormat.MAX_STRING);
        while (end < bytes.length && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }

    /** An address and a port; null leaves both empty. */
    WireOutput endpoint(Endpoint endpoint) {
        string("address", endpoint == null ? "" : endpoint.host());
        int at = reserve(WireFormat.PORT_LENGTH);
        WireFormat.SHORT.set(array, at, (short) (endpoint == null ? 0 : endpoint.port()));
        return this;
    }

    /** All that was put, in an array of its size: the message may be kept for replay. */
    Slice end() {
        byte[] exact = position == array.length ? array : Arrays.copyOf(array, position);
        return new Slice(exact, start, position - start);
    }

    private WireOutput bytes(byte[] source) {
        int at = reserve(source.length);
        System.arraycopy(source, 0, array, at, source.length);
        return this;
    }

    private int reserve(int length) {
        int at = position;
        position = Math.addExact(at, length);
        if (position > array.length) {
            array = Arrays.copyOf(array, Math.max(position, 2 * array.length));
        }
        return at;
    }
}
