package io.linksocks.websocket;

/** Which end of the connection a codec works for: a client masks its frames, a server must not (RFC 6455, section 5.1). */
enum WebSocketRole {
    CLIENT,
    SERVER
}
