package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.client.LinkSocksException;
import io.linksocks.client.TunnelConnection;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.LinkSocksServerBuilder;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.server.TokenSettings;
import io.linksocks.tls.ClientTls;
import io.linksocks.tls.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A server that wants certificates of its clients. */
@Timeout(240)
class ClientCertificateIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String KEY = "api-key";
    private static final String LAPTOP = "laptop";

    @TempDir
    private Path folder;
    private Path serverAuthority;
    private TestAuthority authority;
    private Path authorities;
    private LinkSocksServer server;
    private LinkSocksClient client;

    @BeforeEach
    void serve() throws Exception {
        TestAuthority own = new TestAuthority(folder, "of the server");
        serverAuthority = own.file();
        authority = new TestAuthority(folder, "of clients");
        authorities = authority.file();
        TestAuthority.Issued issued = own.issue("server", "localhost");
        server = LinkSocksServer.builder().host("127.0.0.1").port(0).tls(issued.certificate(), issued.key())
                .clientCa(authorities).apiKey(KEY).build();
        server.addForwardToken(Tunnels.TOKEN);
        server.start();
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
        }
        server.close();
    }

    private LinkSocksClientBuilder client() {
        return LinkSocksClient.builder().url("wss://localhost:" + server.port()).ca(serverAuthority)
                .socksPort(0).environmentProxy(false).reconnectDelay(Duration.ofMillis(50));
    }

    private UnaryOperator<LinkSocksClientBuilder> with(TestAuthority.Issued issued) {
        return builder -> builder.certificate(issued.certificate(), issued.key());
    }

    private UnaryOperator<LinkSocksClientBuilder> withLaptop() throws Exception {
        return with(authority.issue(LAPTOP, "laptop.example"));
    }

    private void echoes(LinkSocksClientBuilder options) throws Exception {
        client = options.build();
        client.start();
        client.awaitReady(LIMIT);
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                TunnelConnection connection = client.dial("127.0.0.1", echo.port())) {
            connection.outputStream().write(new byte[] {1, 2, 3});
            assertArrayEquals(new byte[] {1, 2, 3}, connection.inputStream().readNBytes(3));
        }
    }

    private String refusal(LinkSocksClientBuilder options) throws Exception {
        client = options.build();
        client.start();
        String message = assertThrows(LinkSocksException.class, client::awaitClosed).getMessage();
        client.close();
        return message;
    }

    @Test
    void aTokenIsAdmittedBesideACertificateOnly() throws Exception {
        echoes(withLaptop().apply(client().token(Tunnels.TOKEN)));
        client.close();
        String message = refusal(client().token(Tunnels.TOKEN));
        assertTrue(message.contains("refused this client: the client certificate is missing; set it with certificate(...)"),
                message);
        String wrong = refusal(withLaptop().apply(client().token("wrong")));
        assertTrue(wrong.contains("refused the token"), wrong);
    }

    @Test
    void aTokenInTheFirstMessageNeedsACertificateToo() throws Exception {
        String url = "wss://localhost:" + server.port() + "/some/path";
        LinkSocksClientBuilder certified = LinkSocksClient.builder().url(url).ca(serverAuthority).socksPort(0)
                .environmentProxy(false).token(Tunnels.TOKEN);
        echoes(withLaptop().apply(certified));
        client.close();
        String message = refusal(LinkSocksClient.builder().url(url).ca(serverAuthority).socksPort(0)
                .environmentProxy(false).token(Tunnels.TOKEN));
        assertTrue(message.contains("the client certificate is missing"), message);
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefusedWithTheRightToken() throws Exception {
        TestAuthority.Issued foreign = new TestAuthority(folder, "stranger").issue(LAPTOP, "laptop.example");
        String message = refusal(with(foreign).apply(client().token(Tunnels.TOKEN)));
        assertTrue(message.contains("comes from no authority that the server trusts"), message);
        assertTrue(message.contains("set another one with certificate(...)"), message);
    }

    @Test
    void aCertificateTakesThePlaceOfTheTokenThatNamesIt() throws Exception {
        String alone = refusal(withLaptop().apply(client()));
        assertTrue(alone.contains("belongs to no token of clients, and no token was given"), alone);
        server.changeToken(Tunnels.TOKEN, TokenSettings.builder().certificate(LAPTOP).build());
        echoes(withLaptop().apply(client()));
        client.close();
        String other = refusal(with(authority.issue("other", "other.example")).apply(client()));
        assertTrue(other.contains("belongs to no token"), other);
        String none = refusal(client());
        assertTrue(none.contains("the client certificate is missing"), none);
    }

    @Test
    void aCertificateIsForOneTokenOfEachSide() throws Exception {
        TokenSettings settings = TokenSettings.builder().certificate("laptop.example").build();
        server.changeToken(Tunnels.TOKEN, settings);
        String provider = server.addReverseToken(ReverseTokenOptions.DEFAULT).token();
        server.changeToken(provider, settings);
        echoes(withLaptop().apply(client()));
        try (LinkSocksClient second = withLaptop().apply(client().provider()).build()) {
            second.start();
            second.awaitReady(LIMIT);
        }
        client.close();
        server.changeToken(server.addForwardToken("another"), settings);
        String message = refusal(withLaptop().apply(client()));
        assertTrue(message.contains("belongs to several tokens of clients"), message);
    }

    @Test
    void limitsOfATokenHoldForItsCertificate() throws Exception {
        server.changeToken(Tunnels.TOKEN, TokenSettings.builder().certificate(LAPTOP).disabled(true).build());
        String message = refusal(withLaptop().apply(client()));
        assertTrue(message.contains("the token is disabled"), message);
    }

    @Test
    void apiAndHealthCheckNeedNoCertificate() throws Exception {
        try (HttpClient browser = HttpClient.newBuilder()
                .sslContext(ClientTls.DEFAULT.withAuthorities(serverAuthority).context()).build()) {
            assertEquals(200, status(browser, "/healthz"));
            assertEquals(200, status(browser, "/dashboard"));
            assertEquals(200, status(browser, "/api/status"));
        }
    }

    private int status(HttpClient browser, String path) throws IOException, InterruptedException {
        return browser.send(HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
                .header("X-API-Key", KEY).build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Test
    void otherAuthoritiesAreInEffectWithoutARestart() throws Exception {
        TestAuthority renewed = new TestAuthority(folder, "renewed");
        TestAuthority.Issued issued = renewed.issue("desktop", "desktop.example");
        String before = refusal(with(issued).apply(client().token(Tunnels.TOKEN)));
        assertTrue(before.contains("comes from no authority"), before);
        Files.move(renewed.file(), authorities, StandardCopyOption.REPLACE_EXISTING);
        echoes(with(issued).apply(client().token(Tunnels.TOKEN).retryAuth(true)));
    }

    @Test
    void filesThatCannotBeUsedEndTheStartOfAClient() throws Exception {
        TestAuthority.Issued laptop = authority.issue(LAPTOP, "laptop.example");
        TestAuthority.Issued other = authority.issue("other", "other.example");
        TestAuthority.Issued old = authority.issue("old", TestAuthority.generate("EC"), Instant.parse("2020-01-01T00:00:00Z"),
                "x");
        Path missing = folder.resolve("missing.pem");
        assertEquals("there is no file " + missing, unusable(laptop.certificate(), missing));
        assertEquals("there is no file " + missing, unusable(missing, laptop.key()));
        assertTrue(unusable(laptop.certificate(), other.key()).startsWith(
                "the key in " + other.key() + " does not belong to the first certificate in " + laptop.certificate()));
        assertEquals(old.certificate() + ": the certificate expired at 2020-01-01T00:00:00Z; get a renewed one",
                unusable(old.certificate(), old.key()));
    }

    private String unusable(Path certificate, Path key) {
        return assertThrows(LinkSocksException.class, () -> client().certificate(certificate, key).build().start()).getMessage();
    }

    @Test
    void filesThatCannotBeUsedEndTheStartOfAServer() throws Exception {
        TestAuthority.Issued issued = authority.issue("server", "localhost");
        Path missing = folder.resolve("missing.pem");
        assertEquals("there is no file " + missing, assertThrows(IOException.class, () -> LinkSocksServer.builder()
                .host("127.0.0.1").port(0).tls(issued.certificate(), issued.key()).clientCa(missing).build().start())
                .getMessage());
        Path expired = new TestAuthority(folder, "old", Instant.now().minusSeconds(60)).file();
        assertTrue(assertThrows(IOException.class, () -> LinkSocksServer.builder().tls(issued.certificate(), issued.key())
                .clientCa(expired).build().checkFiles()).getMessage().startsWith(expired
                + ": the trusted certificate of CN=old expired"));
        assertThrows(IllegalStateException.class, () -> LinkSocksServer.builder().clientCa(authorities).build());
    }

    // --- key stores and contexts ---------------------------------------------------------------------------------------

    @Test
    void keyStoresOfBothEndsTakeThePlaceOfFiles() throws Exception {
        char[] password = "changeit".toCharArray();
        TestAuthority own = new TestAuthority(folder, "with a store");
        server.close();
        server = LinkSocksServer.builder().host("127.0.0.1").port(0)
                .tls(TestAuthority.keys(own.issue("stored", "localhost"), password), password)
                .clientCa(authority.store()).build();
        server.addForwardToken(Tunnels.TOKEN);
        server.start();
        echoes(withLaptop().apply(client().ca(own.store()).token(Tunnels.TOKEN)));
        client.close();
        String missing = refusal(client().ca(own.store()).token(Tunnels.TOKEN));
        assertTrue(missing.contains("the client certificate is missing"), missing);
        String foreign = refusal(with(own.issue("stranger", "laptop.example"))
                .apply(client().ca(own.store()).token(Tunnels.TOKEN)));
        assertTrue(foreign.contains("comes from no authority that the server trusts"), foreign);
    }

    @Test
    void optionsThatExcludeEachOtherAreRefusedByName() throws Exception {
        TestAuthority.Issued issued = authority.issue(LAPTOP, "laptop.example");
        assertMessage("certificate(Path, Path) has no effect with tls(SSLContext)",
                with(issued).apply(client().tls(SSLContext.getDefault()))::build);
        assertMessage("certificate(Path, Path) has no effect with tls(SSLContext)",
                with(issued).apply(client().tls(SSLContext.getDefault()))::check);
        with(issued).apply(client().tls(SSLContext.getDefault()).ca(serverAuthority)).build().close();
        char[] password = {};
        LinkSocksServerBuilder stored = LinkSocksServer.builder().tls(TestAuthority.keys(issued, password), password);
        assertMessage("clientCa(Path) works with tls(Path, Path) only", stored.clientCa(authorities)::build);
        assertMessage("clientCa(KeyStore) works with tls(KeyStore, char[]) only",
                LinkSocksServer.builder().tls(issued.certificate(), issued.key()).clientCa(authority.store())::build);
        assertMessage("clientCa(KeyStore) works with tls(KeyStore, char[]) only",
                LinkSocksServer.builder().tls(SSLContext.getDefault()).clientCa(authority.store())::build);
        stored.clientCa(authority.store()).build().close();
        assertEquals("the key store has no trusted certificate", assertThrows(IllegalArgumentException.class,
                () -> stored.clientCa(TestAuthority.keys(issued, password))).getMessage());
    }

    private static void assertMessage(String start, Executable build) {
        String message = assertThrows(IllegalStateException.class, build).getMessage();
        assertTrue(message.startsWith(start), message);
    }
}
