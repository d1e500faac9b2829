package io.linksocks.websocket;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Turns the binary messages of a server into text ones; each frame comes with one write. */
final class TextOutput extends FilterOutputStream {
    private static final byte WHOLE_BINARY = (byte) 0x82;
    private static final byte WHOLE_TEXT = (byte) 0x81;

    private volatile boolean text;

    TextOutput(OutputStream out) {
        super(out);
    }

    /** Whether messages leave as text from now on. */
    void sendText(boolean value) {
        text = value;
    }

    @Override
    public void write(byte[] array, int offset, int length) throws IOException {
        if (text && array[offset] == WHOLE_BINARY) {
            array[offset] = WHOLE_TEXT;
        }
        out.write(array, offset, length);
    }
}
