package io.linksocks.websocket;

import io.linksocks.protocol.CloseCode;
import java.io.IOException;

/** The peer violated the WebSocket protocol; carries the close code to send. */
final class WebSocketException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;

    /**
     * @param code one of {@link CloseCode}
     * @param reason short and without data of the peer, because the Close frame carries it
     */
    WebSocketException(int code, String reason) {
        super(reason);
        this.code = code;
    }

    /** The close code to send. */
    int code() {
        return code;
    }
}
