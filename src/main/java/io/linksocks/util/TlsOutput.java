package io.linksocks.util;

import java.io.IOException;
import java.io.OutputStream;

/** The output of TLS on a socket. What TLS writes of its own accord counts as well, such as answers to updates of keys. */
public final class TlsOutput extends OutputStream implements CountedOutput {
    /** Clients may ask for records that carry no more (RFC 6066, section 4), and sessions don't tell. */
    private static final int SMALLEST_RECORD = 512;
    /** More than the header, nonce and tag of a record take with authenticated encryption. */
    private static final int EXPANSION = 64;

    private final OutputStream tls;
    private final CountedOutput socket;

    /** @param socket what TLS writes its records to, each with one write */
    public TlsOutput(OutputStream tls, CountedOutput socket) {
        this.tls = tls;
        this.socket = socket;
    }

    @Override
    public long written() {
        return socket.written();
    }

    @Override
    public long cost(int length) {
        long records = length / SMALLEST_RECORD + 1;
        return records * socket.cost(EXPANSION) + length;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        tls.write(bytes, offset, length);
    }

    @Override
    public void write(int b) throws IOException {
        tls.write(b);
    }
}
