package io.linksocks.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;

/**
 * Why a TLS handshake failed, with a hint that names members of the API.
 *
 * @param hint what to do about it
 */
public record TlsFailure(String reason, String hint) {
    private static final String NOT_TLS = "Unsupported or unrecognized SSL message";
    private static final String NOT_TLS_ENGINE = "Unrecognized SSL message, plaintext connection?";
    private static final String CUT = "Remote host terminated the handshake";

    /** Null when TLS did not cause the error. */
    public static TlsFailure of(Throwable error) {
        TlsFailure general = null;
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case CertificateExpiredException e -> {
                    return new TlsFailure("the server's certificate has expired", "it has to be renewed");
                }
                case CertificateNotYetValidException e -> {
                    return new TlsFailure("the server's certificate is not valid yet", "is the clock right?");
                }
                case ValidAuthorities.InvalidAuthorityException e -> {
                    return new TlsFailure(e.getMessage(), "name a renewed one with ca(...)");
                }
                case CertPathBuilderException e -> {
                    return new TlsFailure("the server's certificate comes from nobody that is trusted",
                            "name its authority with ca(...)");
                }
                // The platform has no exception of its own for a wrong host name.
                case CertificateException e when e.getClass() == CertificateException.class -> {
                    return new TlsFailure("the server's certificate is for another host (" + e.getMessage() + ")",
                            "use its name, or sni(...)");
                }
                case SSLException e -> general = ofHandshake(e);
                default -> {
                    continue;
                }
            }
        }
        return general;
    }

    /** The platform distinguishes these only by their messages. */
    private static TlsFailure ofHandshake(SSLException e) {
        return switch (String.valueOf(e.getMessage())) {
            case NOT_TLS, NOT_TLS_ENGINE -> new TlsFailure("the server does not speak TLS on this port",
                    "write ws:// or http://, or name the port that has TLS");
            case CUT -> new TlsFailure("the server closed the connection during the TLS handshake",
                    "is this its port for TLS? It may also want another name, with sni(...)");
            default -> new TlsFailure("no TLS with the server: " + e.getMessage(), "is this its port for TLS?");
        };
    }

    /** Reason and hint; null when TLS did not cause the error. */
    public static String describe(Throwable error) {
        TlsFailure failure = of(error);
        return failure == null ? null : failure.reason() + "; " + failure.hint();
    }
}
