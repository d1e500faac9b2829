package io.linksocks.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.AccessPolicy;
import io.linksocks.access.AccessRules;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.DialError;
import io.linksocks.dial.RelayCounters;
import io.linksocks.dial.UpstreamProxy;
import io.linksocks.relay.BatchOptions;
import io.linksocks.relay.SessionPair;
import io.linksocks.relay.SessionPool;
import io.linksocks.relay.TargetEgress;
import io.linksocks.session.Channel;
import io.linksocks.session.Waiting;
import io.linksocks.socks.SocksCredentials;
import io.linksocks.socks.SocksReply;
import io.linksocks.util.Endpoint;
import io.linksocks.util.ThreadDump;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client is told in each protocol, with the dialling side played by hand. */
@Timeout(240)
class LocalPortTest {
    private static final String SOCKS4 = "04010001c000020100";
    private static final String SOCKS4A = "0401000100000001006162632e6500"; // abc.e
    private static final String SOCKS5 = "050100" + "05010001c00002010001";
    private static final String CONNECT = hex("CONNECT 192.0.2.1:1 HTTP/1.1\r\nHost: a\r\n\r\n");

    private final BlockingQueue<Channel> dialled = new ArrayBlockingQueue<>(10);
    private final SessionPair sessions = new SessionPair(dialled::add);
    private final SessionPool pool = new SessionPool();
    private final RelayCounters counters = new RelayCounters();
    private AccessRules rules = AccessRules.NONE;
    private SocksCredentials credentials;
    private Duration handshakeLimit = Duration.ofMinutes(1);
    private Duration sessionTimeout = Duration.ZERO;
    private SocksIngress ingress;

    @AfterEach
    void closeAll() {
        sessions.close();
        ingress.close();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private EntryOptions options() {
        return new EntryOptions(credentials, false, BatchOptions.DEFAULT, 10,
                new DestinationGuard(() -> new AccessPolicy(rules, List.of(), false), counters), counters, List.of(), false);
    }

    private Socket connect(String hex) throws IOException {
        if (ingress == null) {
            ingress = new SocksIngress(new Endpoint("127.0.0.1", 0), "another port",
                    options().withTimeouts(handshakeLimit, sessionTimeout));
            ingress.open(pool);
        }
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), ingress.address().getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(HexFormat.of().parseHex(hex));
        return socket;
    }

    /** All that the port says before it closes the connection. */
    private String answer(String hex) throws IOException {
        try (Socket socket = connect(hex)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @ParameterizedTest
    @CsvSource({SOCKS4 + ", 005a000000000000, 192.0.2.1:1", SOCKS4A + ", 005a000000000000, abc.e:1",
        SOCKS5 + ", 050005000001000000000000, 192.0.2.1:1"})
    void theFirstByteTellsTheProtocol(String request, String granted, String target) throws Exception {
        pool.add(sessions.opener);
        try (Socket socket = connect(request + hex("early"))) {
            Channel far = dialled.take();
            assertEquals(target, far.target().toString());
            far.confirm();
            assertEquals(granted, HexFormat.of().formatHex(socket.getInputStream().readNBytes(granted.length() / 2)));
            assertEquals("early", new String(far.receive().payload().toBytes(), StandardCharsets.US_ASCII));
        }
    }

    @Test
    void whereNobodyIsThereEachSaysSo() throws Exception {
        assertEquals(hex("\0\u005b\0\0\0\0\0\0"), hex(answer(SOCKS4)));
        assertEquals("050005030001000000000000", hex(answer(SOCKS5)));
        assertTrue(answer(CONNECT).startsWith("HTTP/1.1 504 Gateway Timeout\r\n"));
    }

    @Test
    void aRequestWaitsForASessionForTenSecondsUnlessToldOtherwise() throws Exception {
        assertEquals(Duration.ofSeconds(10), options().sessionTimeout());
        sessionTimeout = Duration.ofMillis(50);
        long began = System.nanoTime();
        assertEquals("050005030001000000000000", hex(answer(SOCKS5)));
        assertTrue(System.nanoTime() - began >= sessionTimeout.toNanos());
    }

    @Test
    void whereARuleRefusesEachSaysSo() throws Exception {
        rules = AccessRules.parse(List.of(":2"));
        assertEquals(hex("\0\u005b\0\0\0\0\0\0"), hex(answer(SOCKS4)));
        assertEquals("050005020001000000000000", hex(answer(SOCKS5)));
        assertTrue(answer(CONNECT).startsWith("HTTP/1.1 403 Forbidden\r\n"));
        Waiting.until("all are counted", () -> counters.refusedTargets.sum() == 3);
    }

    @Test
    void whereTheTargetIsOutOfReachEachSaysSo() throws Exception {
        pool.add(sessions.opener);
        for (String request : new String[] {SOCKS4, SOCKS5, CONNECT}) {
            try (Socket socket = connect(request)) {
                dialled.take().refuse("no such place");
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                assertTrue(answer.startsWith("HTTP/1.1 502 ") && answer.endsWith("\r\n\r\nno such place\n")
                        || List.of("005b000000000000", "050005040001000000000000").contains(hex(answer)), answer);
            }
        }
    }

    @Test
    void whereALoginIsWantedNobodyComesInWithoutIt() throws Exception {
        credentials = new SocksCredentials("user", "password");
        assertEquals("005d000000000000", hex(answer(SOCKS4)));
        assertEquals("05ff", hex(answer(SOCKS5)));
        awaitFailures(2);
        assertTrue(answer(CONNECT).startsWith("HTTP/1.1 407 Proxy Authentication Required\r\n"));
        assertEquals(2, counters.failedHandshakes.sum(), "that is how clients ask what is wanted");
        assertTrue(answer(CONNECT.replace("0d0a0d0a", hex("\r\nProxy-Authorization: Basic eDp5\r\n\r\n")))
                .startsWith("HTTP/1.1 407 "));
        awaitFailures(3);
    }

    private void awaitFailures(int count) {
        Waiting.until(count + " failures are counted", () -> counters.failedHandshakes.sum() == count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "04", "04010050", "0502", "050100"})
    void whoDoesNotFinishARequestInTimeIsClosedAndCounted(String bytes) throws Exception {
        handshakeLimit = Duration.ofMillis(1);
        assertTrue(Set.of("", "0500").contains(hex(answer(bytes))));
        awaitFailures(1);
    }

    @ParameterizedTest
    @CsvSource({"16030100, ''", "00, ''", "0402000100000001000000, 005b000000000000"})
    void whatIsNoneOfThemIsClosedAndCounted(String bytes, String answer) throws Exception {
        assertEquals(answer, hex(answer(bytes)));
        awaitFailures(1);
    }

    /** Without, a request that nobody waits for any more would go on at every hop behind this one. */
    @ParameterizedTest
    @ValueSource(strings = {SOCKS4, SOCKS5, "CONNECT"})
    void aClientThatLeavesEndsItsConnect(String request) throws Exception {
        pool.add(sessions.opener);
        Socket socket = connect(request.equals("CONNECT") ? CONNECT : request);
        Channel far = dialled.take();
        socket.close();
        Waiting.until("the dialling side knows", far::isClosed);
    }

    @Test
    void whatAClientSaysWhileItWaitsIsPassedOn() throws Exception {
        pool.add(sessions.opener);
        try (Socket socket = connect(SOCKS5)) {
            Channel far = dialled.take();
            Waiting.until("watched", () -> !ThreadDump.of(head -> head.contains("client that waits")).isBlank());
            socket.getOutputStream().write("early".getBytes(StandardCharsets.ISO_8859_1));
            far.confirm();
            StringBuilder received = new StringBuilder();
            while (received.length() < 5) {
                received.append(new String(far.receive().payload().toBytes(), StandardCharsets.ISO_8859_1));
            }
            assertEquals("early", received.toString());
        }
    }

    @Test
    void anUpstreamProxyThatLeadsBackIsFoundAndRefused() throws Exception {
        AtomicReference<TargetEgress> egress = new AtomicReference<>();
        AtomicInteger asked = new AtomicInteger();
        try (SessionPair loop = new SessionPair(channel -> {
            asked.incrementAndGet();
            egress.get().accept(channel);
        })) {
            pool.add(loop.opener);
            connect("").close();
            egress.set(new TargetEgress(UpstreamProxy.parse(URI.create("socks5://127.0.0.1:" + ingress.address().getPort())),
                    BatchOptions.DEFAULT, counters));
            assertEquals("host unreachable", refusedBySocks());
            // Requests that were under way may still come round.
            int before;
            do {
                before = asked.get();
                assertEquals("host unreachable", refusedBySocks());
            } while (asked.get() != before + 1);
            assertTrue(counters.dialErrors(DialError.OTHER) > 0);
        }
    }

    private String refusedBySocks() throws IOException {
        byte[] answer = HexFormat.of().parseHex(hex(answer(SOCKS5)));
        return answer[3] == SocksReply.HOST_UNREACHABLE.code() ? "host unreachable" : "reply " + answer[3];
    }
}
