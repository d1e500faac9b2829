package io.linksocks.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS of a client: the authorities to trust and the server name to ask for.
 *
 * @param authorities PEM file of certificates to trust instead of the platform's; null for the platform's
 * @param own         a context to use instead; null for none
 * @param insecure    whether to trust any certificate
 * @param serverName  to ask for, and to find in the certificate, instead of the dialled host; null for that host
 */
public record ClientTls(Path authorities, SSLContext own, boolean insecure, String serverName) {
    /** Trusts what the platform trusts. */
    public static final ClientTls DEFAULT = new ClientTls(null, null, false, null);

    /** @throws IllegalArgumentException when the server name can't be one */
    public ClientTls {
        if (serverName != null) {
            new SNIHostName(serverName);
        }
    }

    public ClientTls withAuthorities(Path file) {
        return new ClientTls(file, null, insecure, serverName);
    }

    public ClientTls withContext(SSLContext context) {
        return new ClientTls(null, context, insecure, serverName);
    }

    public ClientTls withInsecure(boolean value) {
        return new ClientTls(authorities, own, value, serverName);
    }

    public ClientTls withServerName(String name) {
        return new ClientTls(authorities, own, insecure, name);
    }

    /**
     * Makes a context unless the platform's default will do.
     *
     * @return null for the platform's default
     * @throws IOException naming the file and what to do
     */
    public SSLContext context() throws IOException {
        if (authorities == null && own == null && !insecure && serverName == null) {
            return null;
        }
        try {
            SSLContext context = own == null || insecure ? trusting(trust()) : own;
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
    private static SSLContext trusting(TrustManager[] trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust, null);
        return context;
    }

    /** Null for the platform's default. */
    private TrustManager[] trust() throws IOException {
        if (insecure) {
            return TrustAll.MANAGERS;
        }
        if (authorities == null) {
            return null;
        }
        ValidAuthorities trusted = new ValidAuthorities(PemFile.read(authorities).certificates(), InstantSource.system());
        try {
            trusted.check();
        } catch (CertificateException e) {
            throw new IOException(authorities + ": " + e.getMessage() + "; get a renewed one", e);
        }
        return new TrustManager[] {trusted};
    }

    /** Checks nothing. Extended, since for other trust managers the platform checks the host name. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        static final TrustManager[] MANAGERS = {new TrustAll()};

        private TrustAll() {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
