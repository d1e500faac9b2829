package io.linksocks.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * TLS of a client: the authorities to trust, the server name to ask for, and its own certificate.
 *
 * @param authorities PEM file of certificates to trust instead of the platform's; null for the platform's
 * @param trusted     certificates to trust instead of either; null for none
 * @param own         a context to use instead of any of them; null for none
 * @param insecure    whether to trust any certificate
 * @param serverName  to ask for, and to find in the certificate, instead of the dialled host; null for that host
 * @param certificate PEM file of the certificate for servers that ask for one; null for none
 * @param key         PEM file of its private key
 */
public record ClientTls(Path authorities, ValidAuthorities trusted, SSLContext own, boolean insecure, String serverName,
        Path certificate, Path key) {
    /** Trusts what the platform trusts, and has no certificate. */
    public static final ClientTls DEFAULT = new ClientTls(null, null, null, false, null, null, null);

    /** @throws IllegalArgumentException when the server name can't be one */
    public ClientTls {
        if (serverName != null) {
            new SNIHostName(serverName);
        }
    }

    public ClientTls withAuthorities(Path file) {
        return new ClientTls(file, null, null, insecure, serverName, certificate, key);
    }

    public ClientTls withAuthorities(ValidAuthorities others) {
        return new ClientTls(null, others, null, insecure, serverName, certificate, key);
    }

    public ClientTls withContext(SSLContext context) {
        return new ClientTls(null, null, context, insecure, serverName, certificate, key);
    }

    public ClientTls withInsecure(boolean value) {
        return new ClientTls(authorities, trusted, own, value, serverName, certificate, key);
    }

    public ClientTls withServerName(String name) {
        return new ClientTls(authorities, trusted, own, insecure, name, certificate, key);
    }

    public ClientTls withCertificate(Path certificateFile, Path keyFile) {
        return new ClientTls(authorities, trusted, own, insecure, serverName, certificateFile, keyFile);
    }

    /**
     * Makes a context unless the platform's default will do.
     *
     * @return null for the platform's default
     * @throws IOException naming the file and what to do
     */
    public SSLContext context() throws IOException {
        // Not equals(DEFAULT): the JDK would generate code for it, in each start of a client.
        if (authorities == null && trusted == null && own == null && !insecure && serverName == null && certificate == null) {
            return null;
        }
        try {
            SSLContext context = own == null || insecure ? trusting(keys(), trust()) : own;
            return serverName == null ? context : new NamedContext(context, new SNIHostName(serverName));
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java has no TLS: " + e.getMessage(), e);
        }
    }

    /**
     * Puts TLS on a connected socket, which is closed with it, and performs the handshake.
     *
     * @throws IOException see {@link TlsFailure}
     */
    public SSLSocket secure(Socket socket, String host) throws IOException {
        SSLContext platform = withServerName(null).context();
        SSLSocketFactory factory = platform == null
                ? (SSLSocketFactory) SSLSocketFactory.getDefault()
                : platform.getSocketFactory();
        String name = serverName == null ? host : serverName;
        SSLSocket secured = (SSLSocket) factory.createSocket(socket, name, socket.getPort(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /** @param trust null for the platform's default */
    private static SSLContext trusting(KeyManager[] keys, TrustManager[] trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust, null);
        return context;
    }

    /** Null for none. */
    private KeyManager[] keys() throws IOException {
        if (certificate == null) {
            return null;
        }
        CertifiedKey pair = CertifiedKey.of(PemFile.read(certificate), PemFile.read(key));
        Instant end = pair.chain().getFirst().getNotAfter().toInstant();
        if (end.isBefore(Instant.now())) {
            throw new IOException(certificate + ": the certificate expired at " + end + "; get a renewed one");
        }
        return new KeyManager[] {new SoleKey(pair.keyManager())};
    }

    /** Null for the platform's default. */
    private TrustManager[] trust() throws IOException {
        if (insecure) {
            return new TrustManager[] {new TrustAll()};
        }
        if (trusted != null) {
            return new TrustManager[] {trusted};
        }
        return authorities == null ? null : new TrustManager[] {ValidAuthorities.of(PemFile.read(authorities))};
    }
}
