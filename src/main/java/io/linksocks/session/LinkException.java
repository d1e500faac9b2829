package io.linksocks.session;

import io.linksocks.protocol.CloseCode;
import java.io.IOException;

/** A violation of the protocol by the peer, with the RFC 6455 code that its link is closed with. */
final class LinkException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int closeCode;

    private LinkException(int closeCode, String message) {
        super(message);
        this.closeCode = closeCode;
    }

    /** @param what the rest of a sentence that begins with "peer" */
    static LinkException protocolError(String what) {
        return new LinkException(CloseCode.PROTOCOL_ERROR, "peer " + what);
    }

    static LinkException policyViolation(String message) {
        return new LinkException(CloseCode.POLICY_VIOLATION, message);
    }

    int closeCode() {
        return closeCode;
    }
}
