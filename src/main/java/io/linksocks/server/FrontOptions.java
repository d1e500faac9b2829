package io.linksocks.server;

import io.linksocks.access.AddressRange;
import io.linksocks.tls.KeyStores;
import io.linksocks.tls.ServerTls;
import io.linksocks.tls.ValidAuthorities;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/** The part of {@link LinkSocksServerBuilder} for TLS, and for proxies and balancers in front of the server. */
abstract sealed class FrontOptions permits LinkSocksServerBuilder {
    private static final String OTHER_FORMS = ": give the key and the authorities of clients in the same form, or an SSLContext"
            + " that judges certificates of clients itself";

    /** Where the key and the certificate of the server come from. */
    private sealed interface Identity {
        record Files(Path certificate, Path key) implements Identity {}

        record Keys(KeyManager[] keys) implements Identity {}

        record Context(SSLContext context) implements Identity {}
    }

    /** Null for plain HTTP. */
    private Identity identity;
    /** Those that vouch for clients, in one of two forms; both null when clients need no certificate. */
    private Path clientCa;
    private ValidAuthorities clientAuthorities;
    private List<AddressRange> trustedProxies = List.of();
    private boolean proxyProtocol;

    abstract LinkSocksServerBuilder self();

    /**
     * Returns null for plain HTTP.
     *
     * @throws IllegalStateException when the authorities of clients have another form than the key
     */
    ServerTls.Source tls() {
        Path file = clientCa;
        ValidAuthorities store = clientAuthorities;
        if (file != null && !(identity instanceof Identity.Files)) {
            throw new IllegalStateException("clientCa(Path) works with tls(Path, Path) only" + OTHER_FORMS);
        }
        if (store != null && !(identity instanceof Identity.Keys)) {
            throw new IllegalStateException("clientCa(KeyStore) works with tls(KeyStore, char[]) only" + OTHER_FORMS);
        }
        return switch (identity) {
            case null -> null;
            case Identity.Files(Path certificate, Path key) -> () -> ServerTls.of(certificate, key, file);
            case Identity.Keys(KeyManager[] keys) -> () -> ServerTls.of(keys, store);
            case Identity.Context(SSLContext context) -> () -> ServerTls.of(context);
        };
    }

    List<AddressRange> trustedProxies() {
        return trustedProxies;
    }

    boolean proxyProtocol() {
        return proxyProtocol;
    }

    /**
     * Serves wss and https instead of ws and http; both files are PEM and are reloaded on change.
     *
     * @param certificateFile the server's certificate, followed by its intermediate certificates
     * @param keyFile         its private key, not encrypted: PKCS#8, or the older forms of RSA and EC keys
     * @return this builder
     */
    public LinkSocksServerBuilder tls(Path certificateFile, Path keyFile) {
        identity = new Identity.Files(Objects.requireNonNull(certificateFile, "certificate file"),
                Objects.requireNonNull(keyFile, "key file"));
        return self();
    }

    /**
     * Serves wss and https with the private key and certificates of a key store.
     *
     * @param keys read at once; later changes have no effect
     * @param password of its private key, read at once
     * @return this builder
     * @throws IllegalArgumentException when it has no private key, or the password is not the key's
     */
    public LinkSocksServerBuilder tls(KeyStore keys, char[] password) {
        identity = new Identity.Keys(KeyStores.keys(keys, password));
        return self();
    }

    /**
     * Serves wss and https with certificates that a context chooses, which may change while the server runs. Only TLS 1.2
     * and 1.3 with forward secrecy and authenticated encryption are offered, as far as the context has them.
     *
     * @param context initialized; it may also ask clients for certificates, which then are no token
     * @return this builder
     */
    public LinkSocksServerBuilder tls(SSLContext context) {
        identity = new Identity.Context(Objects.requireNonNull(context, "context"));
        return self();
    }

    /**
     * Requires certificates of clients, providers and connectors, beside their token; a token with
     * {@link TokenSettings#certificate} may be left out. The HTTP API and health checks need none. Goes with
     * {@link #tls(Path, Path)}.
     *
     * @param file PEM file of the authorities that vouch for clients, reloaded on change; null, the default, for none
     * @return this builder
     */
    public LinkSocksServerBuilder clientCa(Path file) {
        clientCa = file;
        clientAuthorities = null;
        return self();
    }

    /**
     * Requires certificates as {@link #clientCa(Path)} does. Goes with {@link #tls(KeyStore, char[])}.
     *
     * @param authorities its certificate entries vouch for clients; they are read at once
     * @return this builder
     * @throws IllegalArgumentException when it has none that is valid now
     */
    public LinkSocksServerBuilder clientCa(KeyStore authorities) {
        clientCa = null;
        clientAuthorities = KeyStores.authorities(authorities);
        return self();
    }

    /**
     * Sets the reverse proxies whose X-Forwarded-For is trusted, for logs and for rate limiting of failed logins.
     *
     * @param addresses copied; default none
     * @return this builder
     */
    public LinkSocksServerBuilder trustedProxies(List<AddressRange> addresses) {
        trustedProxies = List.copyOf(addresses);
        return self();
    }

    /**
     * Sets whether connections of {@link #trustedProxies(List)} begin with a header of the PROXY protocol, version 1 or 2.
     *
     * @param value false by default
     * @return this builder
     */
    public LinkSocksServerBuilder proxyProtocol(boolean value) {
        proxyProtocol = value;
        return self();
    }
}
