package io.linksocks.socks;

import java.io.IOException;

/** A SOCKS peer violated the protocol, asked for something unsupported, or refused. */
public final class SocksException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final byte[] SILENCE = {};

    private final byte[] answer;

    /** A request that this side, or a proxy, answers with this reply. */
    SocksException(SocksReply reply, String message) {
        this(reply.encode(), message);
    }

    /** A failure before the request, answered with these bytes. */
    SocksException(byte[] answer, String message) {
        super(message);
        this.answer = answer;
    }

    /** A failure for which RFC 1928 has no answer. */
    public SocksException(String message) {
        this(SILENCE, message);
    }

    /** The answer to send before closing the client's connection; empty when the RFC has none. */
    public byte[] answer() {
        return answer.clone();
    }
}
