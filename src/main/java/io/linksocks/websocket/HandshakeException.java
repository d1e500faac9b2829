package io.linksocks.websocket;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;

/** A server that answered the opening handshake with something else than a WebSocket. */
public final class HandshakeException extends IOException {
    private static final long serialVersionUID = 1L;
    /** A server that asks for more is mistaken, or back sooner than it thinks. */
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final int status;
    private final Duration retryAfter;

    /** An unwanted answer that asks for no pause. */
    HandshakeException(int status, String message) {
        this(status, message, null);
    }

    /**
     * An unwanted answer.
     *
     * @param status     its HTTP status code
     * @param message    names the host but never the query, which holds a token
     * @param retryAfter the field Retry-After (RFC 9110, section 10.2.3); null when there is none
     */
    HandshakeException(int status, String message, String retryAfter) {
        super(message);
        this.status = status;
        this.retryAfter = retryAfter == null ? Duration.ZERO
                : Collections.max(List.of(Duration.ZERO, Collections.min(List.of(LONGEST_PAUSE, pause(retryAfter.strip())))));
    }

    /** The HTTP status code of the answer. */
    public int status() {
        return status;
    }

    /** How long the server asks to wait before the next attempt, at most an hour; zero when it does not. */
    public Duration retryAfter() {
        return retryAfter;
    }

    private static Duration pause(String field) {
        if (field.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Integer.parseInt(field));
        }
        try {
            return Duration.between(Instant.now(), DateTimeFormatter.RFC_1123_DATE_TIME.parse(field, Instant::from));
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }
}
