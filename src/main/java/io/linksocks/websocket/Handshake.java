package io.linksocks.websocket;

import io.linksocks.http.HttpException;
import io.linksocks.http.RequestHead;
import io.linksocks.http.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** The server's side of the opening handshake (RFC 6455, section 4.2), without subprotocols and extensions. */
final class Handshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String VERSION = "13";
    private static final int NONCE_BYTES = 16;
    private static final int NONCE_CHARS = 24;

    private Handshake() {}

    /**
     * Checks a request.
     *
     * @return the 101 response
     * @throws HttpException when the request is not a valid handshake
     */
    static byte[] accept(RequestHead head) throws HttpException {
        if (!head.method().equals("GET") || head.minor() == 0) {
            throw new HttpException(400, "a WebSocket begins with GET and HTTP/1.1");
        }
        if (!head.asksForWebSocket() || !head.headers().hasToken("Connection", "Upgrade")) {
            throw new HttpException(400, "Upgrade and Connection fields do not ask for a WebSocket");
        }
        if (!head.headers().all("Sec-WebSocket-Version").equals(List.of(VERSION))) {
            throw wrongVersion();
        }
        return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + answer(key(head)) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** RFC 6455, section 4.4, and RFC 9110, section 15.5.22. */
    private static HttpException wrongVersion() {
        String reason = "only WebSocket version " + VERSION + " is spoken here";
        Response response = Response.text(426, reason + "\n").with("Sec-WebSocket-Version", VERSION)
                .with("Upgrade", "websocket").with("Connection", "Upgrade");
        return new HttpException(response, reason);
    }

    private static String key(RequestHead head) throws HttpException {
        List<String> keys = head.headers().all("Sec-WebSocket-Key");
        if (keys.size() != 1 || !isNonce(keys.getFirst())) {
            throw new HttpException(400, "malformed Sec-WebSocket-Key");
        }
        return keys.getFirst();
    }

    private static boolean isNonce(String key) {
        try {
            return key.length() == NONCE_CHARS && Base64.getDecoder().decode(key).length == NONCE_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String answer(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
