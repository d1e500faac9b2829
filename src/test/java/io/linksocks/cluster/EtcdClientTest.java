package io.linksocks.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.tls.ClientTls;
import io.linksocks.tls.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Answers that no etcd should give. */
@Timeout(240)
class EtcdClientTest {
    private static final String PREFIX = "/linksocks/test/";
    private static final String HEADER = "{\"header\":{\"revision\":\"7\"}";

    private final AnsweringClient http = new AnsweringClient();

    private EtcdClient client(EtcdGateway.Login login, long mostBytes) {
        return new EtcdClient(new EtcdGateway(List.of(URI.create("http://192.0.2.1:1")), login, Duration.ofSeconds(20), http),
                mostBytes);
    }

    private static String kv(String key) {
        return "{\"key\":\"" + Base64.getEncoder().encodeToString((PREFIX + key).getBytes(StandardCharsets.UTF_8))
                + "\",\"value\":\"" + Base64.getEncoder().encodeToString(new byte[100]) + "\",\"mod_revision\":\"3\"}";
    }

    private String failure(int status, String answer, Executable request) {
        http.answer(status, answer.getBytes(StandardCharsets.UTF_8));
        return assertThrows(IOException.class, request).getMessage();
    }

    @Test
    void entriesThatRepeatForEverAreRefused() {
        EtcdClient client = client(null, Long.MAX_VALUE);
        String answer = HEADER + ",\"kvs\":[" + kv("a") + "],\"more\":true}";
        assertEquals("etcd sent entries out of their order", failure(200, answer, () -> client.list(PREFIX)));
    }

    @Test
    void moreThanTheHeapHoldsIsRefused() throws IOException {
        EtcdClient client = client(null, 2048);
        String answer = HEADER + ",\"kvs\":[" + kv("a") + (',' + kv("b")).repeat(20) + "]}";
        assertTrue(failure(200, answer, () -> client.list(PREFIX)).startsWith("etcd has more than 2 KiB below " + PREFIX));
        assertEquals(21, client(null, 1 << 20).list(PREFIX).entries().size());
    }

    @Test
    void anAnswerWithoutARevisionIsNoEmptyStore() {
        EtcdClient client = client(null, Long.MAX_VALUE);
        for (String answer : List.of("{}", "{\"header\":{}}", "{\"header\":{\"revision\":\"0\"}}",
                "{\"header\":{\"revision\":\"-1\"}}")) {
            assertEquals("etcd sent an answer without a revision", failure(200, answer, () -> client.list(PREFIX)));
        }
    }

    @Test
    void aNumberOutOfRangeIsRefused() {
        EtcdClient client = client(null, Long.MAX_VALUE);
        for (String number : List.of("9223372036854775808", "-9999999999999999999", "", "x")) {
            String answer = "{\"header\":{\"revision\":\"" + number + "\"}}";
            assertEquals("etcd sent something else than a number", failure(200, answer, () -> client.list(PREFIX)));
        }
    }

    /** An HTTP client would say the whole ticket in its exception. */
    @Test
    void aTicketThatIsNoHeaderIsNotRepeated() {
        EtcdClient client = client(new EtcdGateway.Login("linksocks", "its password"), Long.MAX_VALUE);
        for (String ticket : List.of("secret\\r\\nX: y", "secret\\u0000", "secret\\u4f60")) {
            String message = failure(200, "{\"token\":\"" + ticket + "\"}", () -> client.keepAlive(1));
            assertEquals("192.0.2.1:1 sent no ticket for the log-in", message);
            assertFalse(message.contains("secret"));
        }
    }

    @Test
    void aLongReasonIsCut() {
        EtcdClient client = client(null, Long.MAX_VALUE);
        String message = failure(400, "{\"code\":8,\"message\":\"" + "x".repeat(100_000) + "\"}", () -> client.keepAlive(1));
        assertEquals("etcd refuses: " + "x".repeat(200) + "...", message);
    }

    @Test
    void aReasonWithControlCharactersIsOneLine() {
        EtcdClient client = client(null, Long.MAX_VALUE);
        String message = failure(400, "{\"code\":8,\"message\":\"no\\r\\n\\u001b[31m \\u009bmore\"}", () -> client.keepAlive(1));
        assertEquals("etcd refuses: no [31m  more", message);
    }

    @Test
    void anAnswerThatDoesNotEndIsSaidToTakeTooLong() {
        http.endNoAnswer();
        EtcdClient client = new EtcdClient(new EtcdGateway(List.of(URI.create("http://192.0.2.1:1")), null,
                Duration.ofMillis(1), http));
        assertEquals("an answer of etcd takes too long", failure(200, "{", () -> client.list(PREFIX)));
    }

    @Test
    void anEtcdWithTlsIsReadIfItsAuthorityIsTrusted(@TempDir Path folder) throws Exception {
        TestAuthority authority = new TestAuthority(folder, "authority");
        try (FakeEtcd etcd = new FakeEtcd(authority.issue("etcd", "127.0.0.1").context());
                EtcdClient trusting = secure(etcd, ClientTls.DEFAULT.withAuthorities(authority.file()).context());
                EtcdClient stranger = secure(etcd, null)) {
            assertEquals(List.of(), trusting.list(PREFIX).entries());
            assertEquals("127.0.0.1:" + etcd.port() + ": the server's certificate comes from nobody that is trusted",
                    assertThrows(IOException.class, () -> stranger.list(PREFIX)).getMessage());
        }
    }

    private static EtcdClient secure(FakeEtcd etcd, SSLContext tls) {
        List<URI> endpoints = ClusterOptions.of("https://127.0.0.1:" + etcd.port() + "/test").endpoints();
        return new EtcdClient(new EtcdGateway(endpoints, tls, null, Duration.ofSeconds(20)));
    }
}
