package io.linksocks.tls;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * What the certificate of a client says about it.
 *
 * @param names common names, and alternative names that are domains or mail addresses; none when there is a problem
 * @param problem why the client may not come in, as it is told; null when it may
 */
public record ClientCertificate(Set<String> names, String problem) {
    /** What each problem begins with. */
    public static final String SUBJECT = "the client certificate ";
    /** The problem of a client that has presented none. */
    public static final String MISSING = SUBJECT + "is missing";

    /** Of common names (RFC 5280, appendix A.1). */
    private static final byte[] COMMON_NAME = HexFormat.of().parseHex("550403");
    private static final int SET = 0x31;
    private static final int UTF8_STRING = 0x0C;
    private static final int PRINTABLE_STRING = 0x13;
    /** Types of alternative names (RFC 5280, section 4.2.1.6). */
    private static final Set<Integer> NAME_TYPES = Set.of(1, 2);

    /** Checks the certificate that a client has presented, also when a session of TLS was resumed. */
    static ClientCertificate of(SSLSession session, ValidAuthorities authorities) {
        X509Certificate[] chain;
        try {
            chain = Arrays.stream(session.getPeerCertificates()).toArray(X509Certificate[]::new);
        } catch (SSLPeerUnverifiedException e) {
            return refused(MISSING);
        }
        try {
            authorities.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
            return new ClientCertificate(names(chain[0]), null);
        } catch (CertificateException | InvalidKeyException e) {
            return refused(SUBJECT + problem(e, chain[0]));
        }
    }

    private static ClientCertificate refused(String why) {
        return new ClientCertificate(Set.of(), why);
    }

    private static String problem(Exception error, X509Certificate certificate) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case CertificateExpiredException e -> {
                    return "expired at " + certificate.getNotAfter().toInstant();
                }
                case CertificateNotYetValidException e -> {
                    return "is not valid before " + certificate.getNotBefore().toInstant();
                }
                case ValidAuthorities.InvalidAuthorityException e -> {
                    return "can't be checked: " + e.getMessage();
                }
                case CertPathBuilderException e -> {
                    return "comes from no authority that the server trusts";
                }
                default -> {
                    continue;
                }
            }
        }
        return "is not accepted: " + error.getMessage();
    }

    private static Set<String> names(X509Certificate certificate) throws CertificateException, InvalidKeyException {
        Set<String> names = new LinkedHashSet<>(commonNames(certificate.getSubjectX500Principal().getEncoded()));
        Collection<List<?>> others = certificate.getSubjectAlternativeNames();
        if (others != null) {
            others.stream().filter(name -> NAME_TYPES.contains(name.getFirst()))
                    .forEach(name -> names.add((String) name.getLast()));
        }
        return names;
    }

    /** Reads them from the encoding: the text of a name has rules for quoting that are easy to get wrong. */
    private static Set<String> commonNames(byte[] subject) throws InvalidKeyException {
        Set<String> names = new LinkedHashSet<>();
        Der parts = new Der(subject).enter(Der.SEQUENCE);
        while (parts.isNext(SET)) {
            Der part = parts.enter(SET);
            while (part.isNext(Der.SEQUENCE)) {
                Der attribute = part.enter(Der.SEQUENCE);
                if (Arrays.equals(attribute.read(Der.OBJECT_IDENTIFIER), COMMON_NAME)) {
                    text(attribute, names);
                }
            }
        }
        return names;
    }

    private static void text(Der value, Set<String> names) throws InvalidKeyException {
        if (value.isNext(UTF8_STRING)) {
            names.add(new String(value.read(UTF8_STRING), StandardCharsets.UTF_8));
        } else if (value.isNext(PRINTABLE_STRING)) {
            names.add(new String(value.read(PRINTABLE_STRING), StandardCharsets.US_ASCII));
        }
    }
}
