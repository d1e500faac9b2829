package io.linksocks.websocket;

import io.linksocks.protocol.CloseCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Turns the text messages of a client into binary ones, and refuses what is not UTF-8 as soon as it comes (RFC 6455,
 * section 8.1): so a server that understands only binary messages is tested by a suite that sends text.
 */
final class TextInput extends FilterInputStream {
    /** First byte and length; then the longer length and the masking key; then the payload. */
    private enum Part { FIRST, LENGTH, REST, PAYLOAD }

    private Part part = Part.FIRST;
    private boolean fin;
    private boolean control;
    private int rest;
    private long length;
    private int key;
    /** Bytes of the payload so far, from which the next byte of the key follows. */
    private long position;
    /** Null in a binary message. */
    private Utf8Checker checker;

    TextInput(InputStream in) {
        super(in);
    }

    /** Whether the message that came last was text. */
    boolean isText() {
        return checker != null;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] array, int offset, int count) throws IOException {
        int n = in.read(array, offset, count);
        for (int i = offset; i < offset + n; i++) {
            array[i] = next(array[i]);
        }
        return n;
    }

    private byte next(byte b) throws WebSocketException {
        byte seen = b;
        switch (part) {
            case FIRST -> seen = first(b);
            case LENGTH -> {
                length = b & 0x7F;
                int extra = length < 126 ? 0 : length == 126 ? Short.BYTES : Long.BYTES;
                rest = extra + Integer.BYTES;
                length = extra > 0 ? 0 : length;
                part = Part.REST;
            }
            case REST -> {
                if (rest > Integer.BYTES) {
                    length = length << 8 | b & 0xFF;
                } else {
                    key = key << 8 | b & 0xFF;
                }
                rest--;
                part = rest > 0 ? Part.REST : Part.PAYLOAD;
            }
            case PAYLOAD -> payload(b);
        }
        if (part == Part.PAYLOAD && position == length) {
            endFrame();
        }
        return seen;
    }

    private byte first(byte b) {
        fin = b < 0;
        control = (b & 0x08) != 0;
        position = 0;
        part = Part.LENGTH;
        int opcode = b & 0x0F;
        if (opcode == Opcode.TEXT.code()) {
            checker = new Utf8Checker();
            return (byte) (b & 0xF0 | Opcode.BINARY.code());
        }
        checker = opcode == Opcode.BINARY.code() ? null : checker;
        return b;
    }

    private void payload(byte b) throws WebSocketException {
        byte plain = (byte) (b ^ key >> 24 - 8 * (int) (position % Integer.BYTES));
        if (!control && checker != null && !checker.accept(new byte[] {plain}, 0, 1)) {
            throw notText();
        }
        position++;
    }

    private void endFrame() throws WebSocketException {
        if (fin && !control && checker != null && !checker.isComplete()) {
            throw notText();
        }
        part = Part.FIRST;
    }

    private static WebSocketException notText() {
        return new WebSocketException(CloseCode.INVALID_DATA, "text is not UTF-8");
    }
}
