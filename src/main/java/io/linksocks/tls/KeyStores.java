package io.linksocks.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Makes TLS contexts of key stores, for programs that have their keys and certificates in one. */
public final class KeyStores {
    private KeyStores() {}

    /**
     * A server's, which asks for no certificate of its clients.
     *
     * @throws IllegalArgumentException when the store has no private key, or none that the password opens
     */
    public static SSLContext identity(KeyStore keys, char[] password) {
        try {
            boolean found = false;
            for (String alias : Collections.list(keys.aliases())) {
                found |= keys.isKeyEntry(alias);
            }
            if (!found) {
                throw new IllegalArgumentException("the key store has no private key");
            }
            // The one of the two that reads keys, and so finds a wrong password, at once.
            KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
            factory.init(keys, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), new TrustManager[0], null);
            return context;
        } catch (KeyStoreException e) {
            throw unusable(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key in the key store can't be used: " + e.getMessage(), e);
        }
    }

    /**
     * A client's, which trusts the certificates in the store as long as they are valid.
     *
     * @throws IllegalArgumentException when the store has no certificate, or none that is valid now
     */
    public static SSLContext trusting(KeyStore authorities) {
        try {
            List<X509Certificate> certificates = new ArrayList<>();
            for (String alias : Collections.list(authorities.aliases())) {
                if (authorities.isCertificateEntry(alias) && authorities.getCertificate(alias) instanceof X509Certificate one) {
                    certificates.add(one);
                }
            }
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("the key store has no trusted certificate");
            }
            ValidAuthorities trusted = new ValidAuthorities(certificates, InstantSource.system());
            trusted.check();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trusted}, null);
            return context;
        } catch (CertificateException e) {
            throw new IllegalArgumentException("the key store: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    private static IllegalArgumentException unusable(GeneralSecurityException e) {
        return new IllegalArgumentException("the key store can't be used: " + e.getMessage(), e);
    }
}
