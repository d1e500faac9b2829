package io.linksocks.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Server and client over a loopback connection, without anything above TLS. */
@Timeout(240)
class ServerTlsTest {
    private static final String LOCALHOST = "localhost";
    private static final int BULK = 8 << 20;
    private static final int RENEGOTIATIONS = 200;

    @TempDir
    private Path folder;
    private TestAuthority authority;
    private ClientTls client;

    @BeforeEach
    void prepare() throws Exception {
        authority = new TestAuthority(folder, "authority");
        client = ClientTls.DEFAULT.withAuthorities(authority.file());
    }

    private ServerTls server(TestAuthority.Issued issued) throws IOException {
        return ServerTls.of(issued.certificate(), issued.key(), null, Duration.ZERO);
    }

    /** Sends everything back on one connection. */
    private static Socket echo(ServerTls tls) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Socket near = new Socket(listener.getInetAddress(), listener.getLocalPort());
            Socket far = listener.accept();
            Thread.startVirtualThread(() -> {
                try (Socket secured = tls.secure(far, new ByteArrayInputStream(new byte[0]))) {
                    secured.getInputStream().transferTo(secured.getOutputStream());
                } catch (IOException e) {
                    // The client reports what went wrong with the handshake.
                    return;
                }
            });
            return near;
        }
    }

    private SSLSocket connect(ServerTls tls, String... protocols) throws IOException {
        SSLSocket socket = (SSLSocket) client.context().getSocketFactory().createSocket(echo(tls), LOCALHOST, 443, true);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private String subject(ServerTls tls) throws IOException {
        try (SSLSocket socket = connect(tls)) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3, EC", "TLSv1.2, EC", "TLSv1.3, RSA", "TLSv1.2, RSA", "TLSv1.3, Ed25519", "TLSv1.2, Ed25519"})
    void carriesMuchInBothDirections(String protocol, String algorithm) throws Exception {
        KeyPair keys = TestAuthority.generate(algorithm);
        ServerTls tls = server(authority.issue("server", keys, Instant.now().plusSeconds(3600), LOCALHOST));
        byte[] data = new byte[BULK];
        new Random(1).nextBytes(data);
        try (SSLSocket socket = connect(tls, protocol)) {
            assertEquals(protocol, socket.getSession().getProtocol());
            String suite = socket.getSession().getCipherSuite();
            assertTrue(suite.contains("GCM") || suite.contains("CHACHA20"), suite);
            CompletableFuture<Void> written = CompletableFuture.runAsync(() -> {
                try {
                    socket.getOutputStream().write(data);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertArrayEquals(data, socket.getInputStream().readNBytes(BULK));
            written.get();
        }
    }

    @Test
    void oldVersionsAndSuitesAreRefused() throws Exception {
        ServerTls tls = server(authority.issue("server", LOCALHOST));
        try (Socket connection = echo(tls);
                SSLSocket socket = (SSLSocket) client.context().getSocketFactory()
                        .createSocket(connection, LOCALHOST, 443, true)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
            assertThrows(SSLHandshakeException.class, socket::startHandshake);
        }
    }

    /** Each would cost the server a signature, or at least a computation, as often as a stranger likes. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatRenegotiatesIsCutOff(boolean resumes) throws Exception {
        ServerTls tls = server(authority.issue("server", LOCALHOST));
        try (SSLSocket socket = connect(tls, "TLSv1.2")) {
            assertTrue(echoes(socket));
            assertTrue(endsWhileRenegotiating(socket, resumes));
        }
    }

    private static boolean endsWhileRenegotiating(SSLSocket socket, boolean resumes) {
        try {
            for (int i = 0; i < RENEGOTIATIONS; i++) {
                if (!resumes) {
                    socket.getSession().invalidate();
                }
                socket.startHandshake();
                if (!echoes(socket)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean echoes(SSLSocket socket) throws IOException {
        socket.getOutputStream().write(1);
        return socket.getInputStream().read() == 1;
    }

    @Test
    void sendsTheWholeChain() throws Exception {
        ServerTls tls = server(authority.intermediate("first").intermediate("second").issue("server", LOCALHOST));
        try (SSLSocket socket = connect(tls)) {
            assertEquals(3, socket.getSession().getPeerCertificates().length);
        }
    }

    @Test
    void aClientChecksEndNameAndAuthority() throws Exception {
        ServerTls expired = server(authority.issue("expired", TestAuthority.generate("EC"), Instant.now().minusSeconds(60),
                LOCALHOST));
        assertTrue(failure(expired).contains("expired"));
        ServerTls other = server(authority.issue("other", "elsewhere.example"));
        assertTrue(failure(other).contains("sni(...)"));
        ServerTls unknown = server(new TestAuthority(folder, "nobody").issue("unknown", LOCALHOST));
        assertTrue(failure(unknown).contains("ca(...)"));
        client = ClientTls.DEFAULT.withInsecure(true);
        for (ServerTls tls : new ServerTls[] {expired, other, unknown}) {
            connect(tls).close();
        }
    }

    private String failure(ServerTls tls) {
        return TlsFailure.describe(assertThrows(IOException.class, () -> connect(tls)));
    }

    @Test
    void aNewCertificateIsShownAndABrokenOneIsNot() throws Exception {
        TestAuthority.Issued issued = authority.issue("first", LOCALHOST);
        ServerTls tls = server(issued);
        assertEquals("CN=first", subject(tls));
        TestAuthority.Issued second = authority.issue("second", LOCALHOST);

        Files.move(second.certificate(), issued.certificate(), StandardCopyOption.REPLACE_EXISTING);
        assertEquals("CN=first", subject(tls), "the new certificate has no key yet");
        Files.move(second.key(), issued.key(), StandardCopyOption.REPLACE_EXISTING);
        assertEquals("CN=second", subject(tls));
        Files.writeString(issued.certificate(), "broken");
        assertEquals("CN=second", subject(tls));
        Files.delete(issued.key());
        assertEquals("CN=second", subject(tls));
    }

    @Test
    void aCertificateThatIsNotOfTheChainIsLeftOut() throws Exception {
        TestAuthority.Issued issued = authority.issue("first", LOCALHOST);
        TestAuthority.Issued foreign = new TestAuthority(folder, "stranger").issue("other", LOCALHOST);
        Files.writeString(issued.certificate(), "\uFEFF" + Files.readString(issued.certificate())
                + Files.readString(foreign.certificate()));
        assertEquals("CN=first", subject(server(issued)));
    }

    @Test
    void keyAndCertificateMustBelongTogether() throws Exception {
        TestAuthority.Issued one = authority.issue("one", LOCALHOST);
        TestAuthority.Issued two = authority.issue("two", TestAuthority.generate("RSA"), Instant.now().plusSeconds(60),
                LOCALHOST);
        String message = assertThrows(IOException.class, () -> ServerTls.of(one.certificate(), two.key(), null)).getMessage();
        assertTrue(message.contains("does not belong to the first certificate"), message);
        assertTrue(assertThrows(IOException.class, () -> ServerTls.of(one.key(), one.key(), null)).getMessage()
                .endsWith("holds no certificate"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with space", "-----"})
    void aServerNameIsChecked(String name) {
        assertThrows(IllegalArgumentException.class, () -> ClientTls.DEFAULT.withServerName(name));
    }
}
