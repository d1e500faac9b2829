package io.linksocks.cluster;

import java.io.IOException;

/** The directory can't be changed now; the message says since when and why. */
public final class UnavailableException extends IOException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message) {
        super(message);
    }
}
