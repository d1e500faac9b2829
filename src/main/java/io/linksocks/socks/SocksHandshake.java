package io.linksocks.socks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The server's handshake before a request: the method (RFC 1928, section 3) and the password (RFC 1929). */
public final class SocksHandshake {
    /** The first byte of a client. */
    public static final int VERSION = SocksAddress.VERSION;

    static final byte NO_AUTHENTICATION = 0x00;
    static final byte PASSWORD = 0x02;
    static final byte NO_ACCEPTABLE_METHOD = (byte) 0xFF;

    /** Version of the sub-negotiation of RFC 1929. */
    static final byte PASSWORD_VERSION = 0x01;
    static final byte GRANTED = 0x00;
    private static final byte DENIED = 0x01;

    private SocksHandshake() {}

    /**
     * Authenticates a client, reading its greeting and password and not a byte more. Writes and flushes the answers of success;
     * the exception carries that of a failure.
     *
     * @param credentials what the client must present; null for no authentication
     * @param anyUser whether to ask a client that need not present any for its user name, if it offers one; any password will do
     * @return that user name; null for none
     * @throws SocksException when authentication fails, with the answer to send before closing
     * @throws java.io.EOFException when the stream ends within the handshake
     */
    public static String accept(InputStream in, OutputStream out, SocksCredentials credentials, boolean anyUser)
            throws IOException {
        byte[] offered = readMethods(in);
        boolean asks = credentials != null || anyUser && contains(offered, PASSWORD);
        byte method = asks ? PASSWORD : NO_AUTHENTICATION;
        if (!contains(offered, method)) {
            throw new SocksException(new byte[] {SocksAddress.VERSION, NO_ACCEPTABLE_METHOD}, credentials == null
                    ? "client insists on authentication" : "client offers no user name and password");
        }
        send(out, SocksAddress.VERSION, method);
        if (!asks) {
            return null;
        }
        String user = logIn(in, credentials);
        send(out, PASSWORD_VERSION, GRANTED);
        return user;
    }

    private static byte[] readMethods(InputStream in) throws IOException {
        byte[] head = SocksAddress.read(in, 2);
        if (head[0] != SocksAddress.VERSION) {
            throw new SocksException("client speaks SOCKS version " + (head[0] & 0xFF));
        }
        return SocksAddress.read(in, head[1] & 0xFF);
    }

    private static boolean contains(byte[] methods, byte method) {
        for (byte offered : methods) {
            if (offered == method) {
                return true;
            }
        }
        return false;
    }

    /** RFC 1929, section 2: any status but 0 is a failure, after which the connection must be closed. */
    private static String logIn(InputStream in, SocksCredentials credentials) throws IOException {
        byte[] head = SocksAddress.read(in, 2);
        if (head[0] != PASSWORD_VERSION) {
            throw denied("SOCKS password of version " + (head[0] & 0xFF));
        }
        byte[] user = SocksAddress.read(in, head[1] & 0xFF);
        byte[] password = SocksAddress.read(in, SocksAddress.read(in, 1)[0] & 0xFF);
        if (credentials == null) {
            return user.length == 0 ? null : new String(user, StandardCharsets.UTF_8);
        }
        if (!credentials.matches(user, password)) {
            throw denied("wrong SOCKS user name or password");
        }
        return null;
    }

    private static SocksException denied(String message) {
        return new SocksException(new byte[] {PASSWORD_VERSION, DENIED}, message);
    }

    private static void send(OutputStream out, byte version, byte value) throws IOException {
        out.write(new byte[] {version, value});
        out.flush();
    }
}
