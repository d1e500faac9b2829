package io.linksocks.socks;

import io.linksocks.util.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The client's half of SOCKS5, for targets behind another proxy. */
public final class SocksClient {
    private SocksClient() {}

    /**
     * Agrees on an authentication method and logs in.
     *
     * @param credentials null for none
     * @throws SocksException when the proxy refuses or breaks the protocol
     * @throws java.io.EOFException when the stream ends too early
     */
    public static void logIn(InputStream in, OutputStream out, SocksCredentials credentials) throws IOException {
        ByteArrayOutputStream greeting = new ByteArrayOutputStream();
        greeting.write(SocksAddress.VERSION);
        greeting.write(credentials == null ? 1 : 2);
        greeting.write(SocksHandshake.NO_AUTHENTICATION);
        if (credentials != null) {
            greeting.write(SocksHandshake.PASSWORD);
        }
        send(out, greeting);
        byte[] choice = SocksAddress.read(in, 2);
        checkVersion(choice[0]);
        if (choice[1] == SocksHandshake.PASSWORD && credentials != null) {
            sendPassword(in, out, credentials);
        } else if (choice[1] != SocksHandshake.NO_AUTHENTICATION) {
            throw new SocksException(choice[1] == SocksHandshake.NO_ACCEPTABLE_METHOD
                    ? "proxy accepts none of our authentication methods"
                    : "proxy chose authentication method " + (choice[1] & 0xFF) + ", which was not offered");
        }
    }

    /**
     * Makes one request after {@link #logIn}, reading the reply and not a byte more.
     *
     * @param target the destination of CONNECT; where UDP ASSOCIATE will send from, 0.0.0.0:0 when unknown
     * @return the address that the proxy bound: of its relay for UDP ASSOCIATE
     * @throws SocksException when the proxy refuses, with its reply, or breaks the protocol
     * @throws java.io.EOFException when the stream ends too early
     */
    public static Endpoint request(InputStream in, OutputStream out, SocksRequest.Command command, Endpoint target)
            throws IOException {
        byte[] address = SocksAddress.encode(target);
        ByteArrayOutputStream request = new ByteArrayOutputStream(SocksAddress.PREFIX + address.length);
        request.write(SocksAddress.VERSION);
        request.write(command.code());
        request.write(0);
        request.writeBytes(address);
        send(out, request);
        return readReply(in);
    }

    private static void sendPassword(InputStream in, OutputStream out, SocksCredentials credentials) throws IOException {
        byte[] user = credentials.userBytes();
        byte[] password = credentials.passwordBytes();
        ByteArrayOutputStream login = new ByteArrayOutputStream();
        login.write(SocksHandshake.PASSWORD_VERSION);
        login.write(user.length);
        login.writeBytes(user);
        login.write(password.length);
        login.writeBytes(password);
        send(out, login);
        // Some proxies answer with version 5 here, so only the status is checked.
        if (SocksAddress.read(in, 2)[1] != SocksHandshake.GRANTED) {
            throw new SocksException("proxy refused user name and password");
        }
    }

    private static Endpoint readReply(InputStream in) throws IOException {
        byte[] head = SocksAddress.read(in, SocksAddress.PREFIX + 1);
        checkVersion(head[0]);
        int code = head[1] & 0xFF;
        SocksReply reply = SocksReply.of(code);
        if (reply != SocksReply.SUCCEEDED) {
            throw new SocksException(reply, "proxy answered: " + reply + " (" + code + ")");
        }
        return SocksAddress.readAddress(in, head[3] & 0xFF);
    }

    private static void checkVersion(byte version) throws SocksException {
        if (version != SocksAddress.VERSION) {
            throw new SocksException("proxy answers with version " + (version & 0xFF) + ", not SOCKS5");
        }
    }

    private static void send(OutputStream out, ByteArrayOutputStream message) throws IOException {
        out.write(message.toByteArray());
        out.flush();
    }
}
