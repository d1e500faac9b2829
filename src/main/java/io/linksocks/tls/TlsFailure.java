package io.linksocks.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;

/** Says in words of the command line why a TLS handshake failed. */
public final class TlsFailure {
    private TlsFailure() {}

    /** The reason and the cure; null when TLS has nothing to do with the error. */
    public static String describe(Throwable error) {
        String general = null;
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case CertificateExpiredException e -> {
                    return "the server's certificate has expired; it has to be renewed";
                }
                case CertificateNotYetValidException e -> {
                    return "the server's certificate is not valid yet; is the clock right?";
                }
                case CertPathBuilderException e -> {
                    return "the server's certificate comes from nobody that is trusted; name its authority with --ca FILE";
                }
                // The platform has no exception of its own for a wrong host name.
                case CertificateException e when e.getClass() == CertificateException.class -> {
                    return "the server's certificate is for another host (" + e.getMessage() + "); use its name, or --sni NAME";
                }
                case SSLException e -> general = "no TLS with the server: " + e.getMessage();
                default -> {
                    continue;
                }
            }
        }
        return general;
    }
}
