package io.linksocks.json;

import java.io.IOException;

/** A text that is not the JSON we accept; the message says what is wrong and at which character. */
public final class JsonException extends IOException {
    private static final long serialVersionUID = 1L;

    JsonException(String message) {
        super(message);
    }
}
