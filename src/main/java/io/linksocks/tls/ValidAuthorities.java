package io.linksocks.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts the authorities of a file or key store as long as they are valid. The platform checks the dates of no trust anchor
 * (RFC 5280, section 6.1, does not require it), not even of a server's own certificate that is one.
 */
public final class ValidAuthorities extends X509ExtendedTrustManager {
    private final List<X509Certificate> certificates;
    private final InstantSource clock;

    ValidAuthorities(List<X509Certificate> certificates, InstantSource clock) {
        this.certificates = certificates;
        this.clock = clock;
    }

    /** @throws IOException naming the file when it has no certificate that is valid now */
    static ValidAuthorities of(PemFile file) throws IOException {
        ValidAuthorities all = new ValidAuthorities(file.certificates(), InstantSource.system());
        try {
            all.check();
            return all;
        } catch (CertificateException e) {
            throw new IOException(file.file() + ": " + e.getMessage() + "; get a renewed one", e);
        }
    }

    /** @throws CertificateException when none is valid now, with the reason of the first */
    void check() throws CertificateException {
        valid(new X509Certificate[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        valid(chain).checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        valid(chain).checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        valid(chain).checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        valid(chain).checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        throw afterwards();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
        throw afterwards();
    }

    private static UnsupportedOperationException afterwards() {
        return new UnsupportedOperationException("clients are checked after the handshake");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return certificates.toArray(X509Certificate[]::new);
    }

    /** The platform's trust manager for the certificates that are valid now. */
    private X509ExtendedTrustManager valid(X509Certificate[] chain) throws CertificateException {
        List<X509Certificate> now = new ArrayList<>();
        List<X509Certificate> invalid = new ArrayList<>();
        for (X509Certificate certificate : certificates) {
            (isValid(certificate) ? now : invalid).add(certificate);
        }
        if (now.isEmpty()) {
            throw problem(invalid.getFirst());
        }
        for (X509Certificate certificate : invalid) {
            if (vouchesFor(certificate, chain) && now.stream().noneMatch(other -> vouchesFor(other, chain))) {
                throw problem(certificate);
            }
        }
        return trust(now);
    }

    private static boolean vouchesFor(X509Certificate authority, X509Certificate[] chain) {
        return Arrays.stream(chain).anyMatch(certificate -> certificate.equals(authority)
                || certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal()));
    }

    private boolean isValid(X509Certificate certificate) {
        try {
            certificate.checkValidity(Date.from(clock.instant()));
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    private InvalidAuthorityException problem(X509Certificate certificate) {
        String subject = "the trusted certificate of " + certificate.getSubjectX500Principal();
        Instant end = certificate.getNotAfter().toInstant();
        return new InvalidAuthorityException(clock.instant().isAfter(end)
                ? subject + " expired at " + end
                : subject + " is not valid before " + certificate.getNotBefore().toInstant());
    }

    private static X509ExtendedTrustManager trust(List<X509Certificate> certificates) throws CertificateException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (X509Certificate certificate : certificates) {
                store.setCertificateEntry(Integer.toString(store.size()), certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new CertificateException("this Java can't use the certificates: " + e.getMessage(), e);
        }
    }

    /** A trusted certificate has expired or is not valid yet. */
    static final class InvalidAuthorityException extends CertificateException {
        private static final long serialVersionUID = 1L;

        InvalidAuthorityException(String message) {
            super(message);
        }
    }
}
