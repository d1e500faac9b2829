package io.linksocks.socks;

import java.io.IOException;

/** The other end of a SOCKS connection broke the protocol, asked for what we don't have, or refused. */
public final class SocksException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final byte[] SILENCE = {};

    private final SocksReply reply;
    private final byte[] answer;

    /** A request to be answered with this reply, or one that a proxy answered with it. */
    SocksException(SocksReply reply, String message) {
        super(message);
        this.reply = reply;
        answer = reply.encode();
    }

    /** A failure before the request, to be answered with these bytes. */
    SocksException(byte[] answer, String message) {
        super(message);
        reply = SocksReply.GENERAL_FAILURE;
        this.answer = answer;
    }

    /** A failure for which RFC 1928 has no answer. */
    public SocksException(String message) {
        this(SILENCE, message);
    }

    /** What the failure means as the answer to a request. */
    public SocksReply reply() {
        return reply;
    }

    /** What to send to the client before closing its connection; empty when the RFC gives no answer. */
    public byte[] answer() {
        return answer.clone();
    }
}
