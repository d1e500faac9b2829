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
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** Reads key stores, for programs that have their keys and certificates in one. */
public final class KeyStores {
    private KeyStores() {}

    /**
     * The private keys of a server, with their certificates.
     *
     * @throws IllegalArgumentException when the store has no private key, or none that the password opens
     */
    public static KeyManager[] keys(KeyStore keys, char[] password) {
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
            return factory.getKeyManagers();
        } catch (KeyStoreException e) {
            throw unusable(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key in the key store can't be used: " + e.getMessage(), e);
        }
    }

    /**
     * The certificates in the store, trusted as long as they are valid.
     *
     * @throws IllegalArgumentException when the store has no certificate, or none that is valid now
     */
    public static ValidAuthorities authorities(KeyStore store) {
        try {
            List<X509Certificate> certificates = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isCertificateEntry(alias) && store.getCertificate(alias) instanceof X509Certificate one) {
                    certificates.add(one);
                }
            }
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("the key store has no trusted certificate");
            }
            ValidAuthorities trusted = new ValidAuthorities(certificates, InstantSource.system());
            trusted.check();
            return trusted;
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
