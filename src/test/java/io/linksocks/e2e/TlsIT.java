package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.client.LinkSocksException;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.tls.KeyStores;
import io.linksocks.tls.TestAuthority;
import io.linksocks.util.RecordedLog;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tunnels through wss. */
@Timeout(240)
class TlsIT {
    private static final long BULK = 32 << 20;
    private static final long SEED = 20_261_123;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** The first byte of a ClientHello (RFC 8446, section 5.1). */
    private static final int HANDSHAKE = 22;

    @TempDir
    private Path folder;
    private TestAuthority authority;
    private LinkSocksServer server;
    private LinkSocksClient client;

    @BeforeEach
    void prepare() throws Exception {
        authority = new TestAuthority(folder, "authority");
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private void serve(TestAuthority.Issued issued) throws IOException {
        server = LinkSocksServer.builder().host("127.0.0.1").port(0).tls(issued.certificate(), issued.key()).build();
        server.addForwardToken(Tunnels.TOKEN);
        server.start();
    }

    private void start(String host, UnaryOperator<LinkSocksClientBuilder> options) throws Exception {
        client = options.apply(LinkSocksClient.builder().url("wss://" + host + ":" + server.port()).token(Tunnels.TOKEN)
                .socksPort(0).environmentProxy(false).reconnectDelay(Duration.ofMillis(50))).build();
        client.start();
    }

    @Test
    void keyStoresTakeThePlaceOfFiles() throws Exception {
        char[] password = "changeit".toCharArray();
        TestAuthority.Issued issued = authority.issue("server", "localhost");
        server = LinkSocksServer.builder().host("127.0.0.1").port(0)
                .tls(TestAuthority.keys(issued, password), password).build();
        server.addForwardToken(Tunnels.TOKEN);
        server.start();
        start("localhost", options -> options.ca(assertDoesNotThrow(() -> authority.store())));
        client.awaitReady(LIMIT);
    }

    @Test
    void contextsOfTheProgramTakeThePlaceOfFiles() throws Exception {
        TestAuthority.Issued issued = authority.issue("server", "localhost");
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {KeyStores.authorities(authority.store())}, null);
        SSLContext serving = SSLContext.getInstance("TLS");
        serving.init(KeyStores.keys(TestAuthority.keys(issued, new char[0]), new char[0]), new TrustManager[0], null);
        server = LinkSocksServer.builder().host("127.0.0.1").port(0).tls(serving).build();
        server.addForwardToken(Tunnels.TOKEN);
        server.start();
        start("localhost", options -> options.tls(trusting));
        client.awaitReady(LIMIT);
        client.close();
        start("127.0.0.1", options -> options.tls(trusting).sni("localhost"));
        client.awaitReady(LIMIT);
    }

    @Test
    void keyStoresThatCannotBeUsedAreRefusedWhenTheyAreSet() throws Exception {
        TestAuthority.Issued issued = authority.issue("server", "localhost");
        KeyStore keys = TestAuthority.keys(issued, new char[] {'a'});
        KeyStore authorities = authority.store();
        assertEquals("the key store has no private key", assertThrows(IllegalArgumentException.class,
                () -> LinkSocksServer.builder().tls(authorities, new char[0])).getMessage());
        assertThrows(IllegalArgumentException.class, () -> LinkSocksServer.builder().tls(keys, new char[] {'b'}));
        assertEquals("the key store has no trusted certificate", assertThrows(IllegalArgumentException.class,
                () -> LinkSocksClient.builder().ca(keys)).getMessage());
    }

    private SocksTestClient connect(String host, UnaryOperator<LinkSocksClientBuilder> options) throws Exception {
        start(host, options);
        client.awaitReady(LIMIT);
        return new SocksTestClient(client.socksAddress());
    }

    /** The first warning of a client that can't connect. */
    private String warning(UnaryOperator<LinkSocksClientBuilder> options) throws Exception {
        try (RecordedLog log = new RecordedLog("io.linksocks.client.Tunnel")) {
            start("localhost", options);
            Await.until("a warning", () -> !log.messages(Level.WARNING).isEmpty());
            return log.messages(Level.WARNING).getFirst();
        }
    }

    @Test
    void aClientWithoutTlsIsToldOfTls() throws Exception {
        serve(authority.issue("server", "localhost"));
        assertToldOfTls(server.port());
    }

    /** As OpenSSL does. */
    @Test
    void aClientWithoutTlsIsToldOfTlsBySilentServersToo() throws Exception {
        serve(authority.issue("server", "localhost"));
        try (Targets.Tcp silent = new Targets.Tcp("127.0.0.1", socket -> {
            PushbackInputStream in = new PushbackInputStream(socket.getInputStream());
            int first = in.read();
            in.unread(first);
            if (first == HANDSHAKE) {
                try (Socket behind = new Socket("127.0.0.1", server.port())) {
                    Thread.ofVirtual().start(() -> copy(behind, socket));
                    in.transferTo(behind.getOutputStream());
                }
            }
        })) {
            assertToldOfTls(silent.port());
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // the other direction ends the connection
        }
    }

    private void assertToldOfTls(int port) throws Exception {
        client = LinkSocksClient.builder().url("ws://localhost:" + port).token(Tunnels.TOKEN).socks(false)
                .environmentProxy(false).reconnect(false).build();
        client.start();
        String message = assertThrows(LinkSocksException.class, client::awaitClosed).getMessage();
        assertTrue(message.contains("speaks TLS on this port; write wss:// instead of ws://"), message);
    }

    @Test
    void movesMuchInBothDirections() throws Exception {
        serve(authority.intermediate("between").issue("server", "localhost", "127.0.0.1"));
        try (Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give);
                Targets.Tcp take = new Targets.Tcp("127.0.0.1", Targets::take)) {
            SocksTestClient socks = connect("localhost", builder -> ca(builder));
            assertEquals(BULK, ForwardIT.download(socks, give.port(), SEED, BULK));
            assertEquals(BULK, ForwardIT.upload(socks, take.port(), SEED, BULK));
        }
    }

    private LinkSocksClientBuilder ca(LinkSocksClientBuilder builder) {
        try {
            return builder.ca(authority.file());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void echoes(SocksTestClient socks) throws IOException {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket socket = socks.connect("127.0.0.1", echo.port())) {
            socket.getOutputStream().write(new byte[] {1, 2, 3});
            assertArrayEquals(new byte[] {1, 2, 3}, socket.getInputStream().readNBytes(3));
        }
    }

    @Test
    void anAddressMayStandInTheCertificate() throws Exception {
        serve(authority.issue("server", "127.0.0.1"));
        echoes(connect("127.0.0.1", this::ca));
    }

    @Test
    void theServerNameIsAskedForAndChecked() throws Exception {
        serve(authority.issue("server", "cdn.example"));
        echoes(connect("127.0.0.1", builder -> ca(builder).sni("cdn.example")));
        client.close();
        String warning = warning(builder -> ca(builder).sni("other.example"));
        assertTrue(warning.contains("is for another host"), warning);
    }

    @Test
    void whatIsWrongWithACertificateIsSaid() throws Exception {
        serve(authority.issue("server", "elsewhere.example"));
        String wrongHost = warning(this::ca);
        assertTrue(wrongHost.contains("is for another host") && wrongHost.contains("sni(...)"), wrongHost);
        client.close();
        String unknown = warning(UnaryOperator.identity());
        assertTrue(unknown.contains("nobody that is trusted") && unknown.contains("ca(...)"), unknown);
    }

    @Test
    void anExpiredCertificateIsRefusedUnlessTheClientDoesNotCare() throws Exception {
        serve(authority.issue("server", TestAuthority.generate("EC"), Instant.now().minusSeconds(60), "localhost"));
        String warning = warning(this::ca);
        assertTrue(warning.contains("has expired"), warning);
        client.close();
        echoes(connect("localhost", builder -> builder.insecure(true)));
    }

    /** The tunnel that is open stays open. */
    @Test
    void aRenewedCertificateIsNoticed() throws Exception {
        TestAuthority.Issued issued = authority.issue("old", "localhost");
        serve(issued);
        SocksTestClient socks = connect("localhost", this::ca);
        TestAuthority.Issued renewed = authority.issue("new", "localhost");
        Files.move(renewed.key(), issued.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.move(renewed.certificate(), issued.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Await.until("the new certificate", () -> subject().equals("CN=new"));
        echoes(socks);
    }

    private String subject() {
        try (javax.net.ssl.SSLSocket socket = (javax.net.ssl.SSLSocket) io.linksocks.tls.ClientTls.DEFAULT
                .withInsecure(true).context().getSocketFactory().createSocket("127.0.0.1", server.port())) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aFileThatCannotBeUsedEndsTheStart() throws Exception {
        Path missing = folder.resolve("missing.pem");
        LinkSocksException error = assertThrows(LinkSocksException.class,
                () -> LinkSocksClient.builder().url("wss://localhost").ca(missing).build().start());
        assertEquals("there is no file " + missing, error.getMessage());
        TestAuthority.Issued issued = authority.issue("server", "localhost");
        assertEquals("there is no file " + missing, assertThrows(IOException.class,
                () -> serve(new TestAuthority.Issued(issued.certificate(), missing))).getMessage());
    }
}
