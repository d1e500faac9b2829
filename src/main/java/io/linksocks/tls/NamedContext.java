package io.linksocks.tls;

import java.nio.charset.StandardCharsets;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * A context whose engines ask for one server name and want to see it in the certificate, whatever host is dialled. The
 * JDK's HTTP client has no option for that.
 */
public final class NamedContext extends SSLContext {
    NamedContext(SSLContext context, SNIHostName name) {
        super(new Spi(context, name), context.getProvider(), context.getProtocol());
    }

    /** Asks for a host by its name, also where {@link SNIHostName#SNIHostName(String)} refuses that, as with an underscore. */
    public static SSLContext of(SSLContext context, String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return new NamedContext(context, new SNIHostName(name.getBytes(StandardCharsets.UTF_8)));
    }

    private static final class Spi extends SSLContextSpi {
        private final SSLContext context;
        private final SNIHostName name;

        Spi(SSLContext context, SNIHostName name) {
            this.context = context;
            this.name = name;
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return new NamedEngine(context.createSSLEngine(name.getAsciiName(), port), name);
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return new NamedEngine(context.createSSLEngine(), name);
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
                throws KeyManagementException {
            context.init(keys, trust, random);
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            throw new UnsupportedOperationException("sockets would not ask for " + name.getAsciiName());
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return context.getServerSocketFactory();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return context.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return context.getClientSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return context.getDefaultSSLParameters();
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return context.getSupportedSSLParameters();
        }
    }
}
