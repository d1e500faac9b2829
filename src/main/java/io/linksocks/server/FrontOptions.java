package io.linksocks.server;

import io.linksocks.access.AddressRange;
import java.nio.file.Path;
import java.util.List;

/** The part of {@link LinkSocksServerBuilder} for certificates of clients, and for proxies and balancers in front of the server. */
abstract sealed class FrontOptions permits LinkSocksServerBuilder {
    private Path clientCa;
    private List<AddressRange> trustedProxies = List.of();
    private boolean proxyProtocol;

    abstract LinkSocksServerBuilder self();

    Path clientCa() {
        return clientCa;
    }

    List<AddressRange> trustedProxies() {
        return trustedProxies;
    }

    boolean proxyProtocol() {
        return proxyProtocol;
    }

    /**
     * Requires certificates of clients, providers and connectors, beside their token; a token with
     * {@link TokenSettings#certificate} may be left out. The HTTP API and health checks need none.
     *
     * @param file PEM file of the authorities that vouch for clients, reloaded on change; null, the default, for none
     * @return this builder
     */
    public LinkSocksServerBuilder clientCa(Path file) {
        clientCa = file;
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
