package io.linksocks.json;

import java.io.IOException;

/** Refused JSON; the message says what is wrong and where. */
public final class JsonException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final int position;

    public JsonException(String message) {
        super(message);
        this.problem = message;
        this.position = 0;
    }

    /** @param position of the offending character */
    JsonException(String problem, int position) {
        super(problem + " at character " + position);
        this.problem = problem;
        this.position = position;
    }

    /** What is wrong, without where. */
    String problem() {
        return problem;
    }

    int position() {
        return position;
    }
}
