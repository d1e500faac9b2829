package io.linksocks.websocket;

import io.linksocks.protocol.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** Masks the frames of a {@link FrameWriter} as a client does (RFC 6455, section 5.3); each is one write. */
final class MaskingOutput extends OutputStream {
    private final OutputStream out;
    private final RandomGenerator keys;

    MaskingOutput(OutputStream out, RandomGenerator keys) {
        this.out = out;
        this.keys = keys;
    }

    @Override
    public void write(int b) {
        throw new AssertionError("a frame is one write");
    }

    @Override
    public void write(byte[] array, int offset, int length) throws IOException {
        int shortLength = array[offset + 1];
        int header = 2 + (shortLength < 126 ? 0 : shortLength == 126 ? Short.BYTES : Long.BYTES);
        int key = keys.nextInt();
        byte[] payload = new Slice(array, offset + header, length - header).toBytes();
        Mask.apply(ByteBuffer.wrap(payload), 0, payload.length, key);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(array[offset]);
        frame.write(shortLength | 0x80);
        frame.write(array, offset + 2, header - 2);
        frame.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(key).array());
        frame.writeBytes(payload);
        frame.writeTo(out);
    }
}
