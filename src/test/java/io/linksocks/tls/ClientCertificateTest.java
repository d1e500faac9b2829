package io.linksocks.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server finds out about a client after the handshake. */
@Timeout(240)
class ClientCertificateTest {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    @TempDir
    private Path folder;
    private TestAuthority authority;
    private Path authorities;
    private TestAuthority.Issued own;
    private ServerTls server;

    @BeforeEach
    void prepare() throws Exception {
        own = new TestAuthority(folder, "of the server").issue("server", "localhost");
        authority = new TestAuthority(folder, "of clients");
        authorities = authority.file();
        server = ServerTls.of(own.certificate(), own.key(), authorities, Duration.ZERO);
    }

    /** With whatever certificate the test has, which a client of the program would not all accept. */
    private static SSLContext context(TestAuthority.Issued certificate) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager[] keys = certificate == null ? null : new KeyManager[] {new SoleKey(
                CertifiedKey.of(PemFile.read(certificate.certificate()), PemFile.read(certificate.key())).keyManager())};
        context.init(keys, new TrustManager[] {new TrustAll()}, null);
        return context;
    }

    private ClientCertificate presented(SSLContext client, String... protocols) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket near = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Socket far = listener.accept()) {
            CompletableFuture<ClientCertificate> found = CompletableFuture.supplyAsync(() -> {
                try {
                    SSLSocket secured = (SSLSocket) server.secure(far, new ByteArrayInputStream(new byte[0]));
                    ClientCertificate certificate = server.check(secured.getSession());
                    secured.getOutputStream().write(1);
                    return certificate;
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(near, "localhost", 443, true);
            socket.setEnabledProtocols(protocols.length == 0 ? PROTOCOLS : protocols);
            socket.startHandshake();
            // In TLS 1.3 a session to resume comes behind the handshake.
            assertEquals(1, socket.getInputStream().read());
            return found.get();
        }
    }

    private ClientCertificate presented(TestAuthority.Issued certificate, String... protocols) throws Exception {
        return presented(context(certificate), protocols);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void commonAndAlternativeNamesAreThoseOfTheClient(String protocol) throws Exception {
        ClientCertificate found = presented(authority.intermediate("between").issue("laptop, of=Ann+\\#", "laptop.example"),
                protocol);
        assertNull(found.problem());
        assertEquals(Set.of("laptop, of=Ann+\\#", "laptop.example"), found.names());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aProblemIsSaidAndLeavesNoNames(String protocol) throws Exception {
        assertEquals("the client certificate is missing", problem(null, protocol));
        assertEquals("the client certificate comes from no authority that the server trusts",
                problem(new TestAuthority(folder, "stranger").issue("laptop", "laptop.example"), protocol));
        Instant end = Instant.parse("2020-01-01T00:00:00Z");
        assertEquals("the client certificate expired at " + end,
                problem(authority.issue("old", TestAuthority.generate("EC"), end, "old.example"), protocol));
    }

    private String problem(TestAuthority.Issued certificate, String protocol) throws Exception {
        ClientCertificate found = presented(certificate, protocol);
        assertEquals(Set.of(), found.names());
        return found.problem();
    }

    @Test
    void anAuthorityThatHasExpiredIsNamed() throws Exception {
        TestAuthority old = new TestAuthority(folder, "old", Instant.now().minusSeconds(60));
        Files.writeString(authorities, Files.readString(old.file()) + Files.readString(authority.file()));
        server = ServerTls.of(own.certificate(), own.key(), authorities, Duration.ZERO);
        String problem = presented(old.issue("laptop", "laptop.example")).problem();
        assertTrue(problem.contains("can't be checked: the trusted certificate of CN=old expired at"), problem);
    }

    /** The client keeps its session of TLS, as a browser would. */
    @Test
    void otherAuthoritiesAreInEffectForTheNextConnection() throws Exception {
        SSLContext client = context(authority.issue("laptop", "laptop.example"));
        assertNull(presented(client).problem());
        Files.move(new TestAuthority(folder, "new").file(), authorities, StandardCopyOption.REPLACE_EXISTING);
        presented(client);
        assertTrue(presented(client).problem().contains("comes from no authority"));
        Files.writeString(authorities, "broken");
        presented(client);
        assertTrue(presented(client).problem().contains("comes from no authority"), "the old file stays in effect");
    }

    @Test
    void aServerWithoutAuthoritiesAsksForNone() throws Exception {
        TestAuthority.Issued laptop = authority.issue("laptop", "laptop.example");
        server = ServerTls.of(own.certificate(), own.key(), null, Duration.ZERO);
        assertNull(presented(laptop));
    }
}
