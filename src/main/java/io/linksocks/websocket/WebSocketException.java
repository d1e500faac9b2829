package io.linksocks.websocket;

import java.io.IOException;

/** The peer violated the WebSocket protocol, or ended it with an error; carries the close code that says how. */
public final class WebSocketException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;

    /**
     * A violation.
     *
     * @param code   one of {@link CloseCode}
     * @param reason short and without the peer's data: it travels in the Close frame
     */
    public WebSocketException(int code, String reason) {
        super(reason);
        this.code = code;
    }

    /** The close code to send. */
    public int code() {
        return code;
    }
}
