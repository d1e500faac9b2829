package io.linksocks.tls;

import java.io.IOException;

/** Bytes that are not the DER that was expected. */
final class DerException extends IOException {
    private static final long serialVersionUID = 1L;

    DerException(String message) {
        super(message);
    }
}
