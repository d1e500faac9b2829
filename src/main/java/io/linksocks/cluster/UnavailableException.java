package io.linksocks.cluster;

import java.io.IOException;

/** What is stored can't be changed now; the message says why. */
public final class UnavailableException extends IOException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message) {
        super(message);
    }
}
