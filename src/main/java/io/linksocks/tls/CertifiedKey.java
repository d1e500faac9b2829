package io.linksocks.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.security.auth.x500.X500Principal;

/**
 * The certificate chain of this end of a connection, and the key that belongs to it.
 *
 * @param chain the own certificate first
 */
record CertifiedKey(List<X509Certificate> chain, PrivateKey key) {
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");
    private static final byte[] SAMPLE = {1};
    private static final char[] NO_PASSWORD = {};

    /** @throws IOException naming the file and what to do when one holds none or they don't belong together */
    static CertifiedKey of(PemFile certificate, PemFile key) throws IOException {
        List<X509Certificate> chain = certificate.certificates();
        PrivateKey secret = PrivateKeyReader.read(key);
        if (!belongTogether(chain.getFirst(), secret)) {
            throw new IOException("the key in " + key.file() + " does not belong to the first certificate in "
                    + certificate.file() + "; the own certificate comes first, those of the authorities behind it");
        }
        return new CertifiedKey(path(chain), secret);
    }

    /**
     * The own certificate and those that lead from it to an authority, each behind the one that it has signed (RFC
     * 8446, section 4.4.2). Leaves out others in the file, with which Java would refuse the chain.
     */
    private static List<X509Certificate> path(List<X509Certificate> certificates) {
        List<X509Certificate> rest = new ArrayList<>(certificates);
        List<X509Certificate> path = new ArrayList<>();
        X509Certificate next = rest.removeFirst();
        while (next != null) {
            path.add(next);
            X500Principal issuer = next.getIssuerX500Principal();
            next = rest.stream().filter(other -> other.getSubjectX500Principal().equals(issuer) && !path.contains(other))
                    .findFirst().orElse(null);
        }
        return path;
    }

    private static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance(SIGNATURES.get(key.getAlgorithm()));
            signature.initSign(key);
            signature.update(SAMPLE);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(SAMPLE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** For the platform's TLS, which chooses by kinds of keys and, at a client, by the authorities that the server names. */
    X509ExtendedKeyManager keyManager() throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            store.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
            factory.init(store, NO_PASSWORD);
            return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IOException("Java can't use the key: " + e.getMessage(), e);
        }
    }
}
