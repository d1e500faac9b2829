package io.linksocks.tls;

import java.security.cert.CertificateException;

/** A certificate that is to be trusted is not valid any more, or not yet. */
final class InvalidAuthorityException extends CertificateException {
    private static final long serialVersionUID = 1L;

    InvalidAuthorityException(String message) {
        super(message);
    }
}
