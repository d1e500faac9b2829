package io.linksocks.tls;

import io.linksocks.util.Sockets;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** TLS of a server: only versions 1.2 and 1.3, forward secrecy and authenticated encryption. */
public final class ServerTls {
    /** How often the files are checked at most. */
    private static final Duration RELOAD_INTERVAL = Duration.ofSeconds(2);
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    /** Opens what the options of a server name. */
    @FunctionalInterface
    public interface Source {
        /** @throws IOException naming the file that can't be used */
        ServerTls open() throws IOException;
    }

    private final Supplier<SSLContext> contexts;
    /** Of null when clients need no certificate. */
    private final Supplier<ValidAuthorities> clientAuthorities;
    private final SSLParameters parameters;

    private ServerTls(Supplier<SSLContext> contexts, Supplier<ValidAuthorities> clientAuthorities) {
        this.contexts = contexts;
        this.clientAuthorities = clientAuthorities;
        this.parameters = contexts.get().getDefaultSSLParameters();
        List<String> allowed = List.of(parameters.getProtocols());
        parameters.setProtocols(PROTOCOLS.stream().filter(allowed::contains).toArray(String[]::new));
        parameters.setCipherSuites(Arrays.stream(parameters.getCipherSuites()).filter(ServerTls::isModern)
                .toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        // Not set to false, which would take back what a program's own context demands.
        if (clientAuthorities.get() != null) {
            parameters.setWantClientAuth(true);
        }
    }

    /** RFC 9325, section 4.2. */
    private static boolean isModern(String suite) {
        boolean aead = suite.contains("_GCM_") || suite.contains("_CHACHA20_");
        boolean tls13 = suite.startsWith("TLS_AES_") || suite.startsWith("TLS_CHACHA20_");
        return aead && (tls13 || suite.startsWith("TLS_ECDHE_"));
    }

    /**
     * Reads the files, and reads them again when they have changed.
     *
     * @param certificate the server's certificate and those that lead from it to an authority, in PEM form
     * @param key         the private key, unencrypted, in PEM form
     * @param clientAuthorities those that vouch for clients, in PEM form; null to ask clients for no certificate
     * @throws IOException naming the file and what to do, never any of the key
     */
    public static ServerTls of(Path certificate, Path key, Path clientAuthorities) throws IOException {
        return of(certificate, key, clientAuthorities, RELOAD_INTERVAL);
    }

    static ServerTls of(Path certificate, Path key, Path clientAuthorities, Duration reloadInterval) throws IOException {
        ReloadingContext files = new ReloadingContext(certificate, key, clientAuthorities, reloadInterval);
        return new ServerTls(() -> files.get().context(), () -> files.get().authorities());
    }

    /**
     * With keys that don't change.
     *
     * @param clientAuthorities those that vouch for clients; null to ask clients for no certificate
     */
    public static ServerTls of(KeyManager[] keys, ValidAuthorities clientAuthorities) throws IOException {
        SSLContext context = context(keys, clientAuthorities);
        return new ServerTls(() -> context, () -> clientAuthorities);
    }

    /** Certificates of clients are checked after the handshake, when their problems can be told. */
    static SSLContext context(KeyManager[] keys, ValidAuthorities clients) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, clients == null
                    ? new TrustManager[0] : new TrustManager[] {new TrustAll(clients.getAcceptedIssuers())}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java has no TLS: " + e.getMessage(), e);
        }
    }

    /** With a context that decides about certificates, and at most allows what this class does. */
    public static ServerTls of(SSLContext context) {
        return new ServerTls(() -> context, () -> null);
    }

    /**
     * Puts TLS on a connection and performs the one handshake that it may have. A TLS 1.2 client that asks for another would
     * make the server sign again, as often as it likes (CVE-2011-1473): a new session is refused, and one that is resumed
     * ends the connection.
     *
     * @param consumed what was already read from it
     */
    public Socket secure(Socket connection, InputStream consumed) throws IOException {
        SSLSocket socket = (SSLSocket) contexts.get().getSocketFactory().createSocket(connection, consumed, true);
        socket.setUseClientMode(false);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        socket.setEnableSessionCreation(false);
        socket.addHandshakeCompletedListener(another -> Sockets.close(connection));
        return socket;
    }

    /** Checks the certificate that a client has presented, as the files are now; null when clients need none. */
    public ClientCertificate check(SSLSession session) {
        ValidAuthorities authorities = clientAuthorities.get();
        return authorities == null ? null : ClientCertificate.of(session, authorities);
    }
}
