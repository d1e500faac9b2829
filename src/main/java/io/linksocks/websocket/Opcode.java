package io.linksocks.websocket;

import io.linksocks.protocol.CloseCode;

/** Frame types (RFC 6455, section 5.2). */
enum Opcode {
    CONTINUATION(0x0),
    TEXT(0x1),
    BINARY(0x2),
    CLOSE(0x8),
    PING(0x9),
    PONG(0xA);

    private final int code;

    Opcode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    boolean isControl() {
        return code >= 0x8;
    }

    static Opcode of(int code) throws WebSocketException {
        return switch (code) {
            case 0x0 -> CONTINUATION;
            case 0x1 -> TEXT;
            case 0x2 -> BINARY;
            case 0x8 -> CLOSE;
            case 0x9 -> PING;
            case 0xA -> PONG;
            default -> throw new WebSocketException(CloseCode.PROTOCOL_ERROR, "reserved opcode");
        };
    }
}
