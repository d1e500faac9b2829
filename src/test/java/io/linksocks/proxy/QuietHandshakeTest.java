package io.linksocks.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.RelayCounters;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.relay.BatchOptions;
import io.linksocks.relay.ChannelOpener;
import io.linksocks.relay.SessionPair;
import io.linksocks.relay.SessionPool;
import io.linksocks.session.Channel;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import io.linksocks.util.ThreadDump;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SOCKS5 clients while nothing has to wait, and where something has to; the dialling side is played by hand. */
@Timeout(60)
class QuietHandshakeTest {
    private static final String GREETING = "050100";
    private static final String METHOD = "0500";
    private static final String REQUEST = "05010001c00002010001";
    private static final String SUCCEEDED = "05000001000000000000";

    private final BlockingQueue<Channel> dialled = new ArrayBlockingQueue<>(10);
    private final SessionPair sessions = pair(1);
    private final SessionPool pool = new SessionPool();
    private final RelayCounters counters = new RelayCounters();
    private final SocksIngress ingress = new SocksIngress(new Endpoint("127.0.0.1", 0),
            new EntryOptions(null, false, BatchOptions.DEFAULT, 10, DestinationGuard.open(), counters, List.of(), false));
    private Socket client;

    private SessionPair pair(int id) {
        return new SessionPair(new NegotiatedParameters(Features.ALL, new UUID(1, id), 256 << 10, Duration.ofMinutes(1)),
                SessionLimits.DEFAULT, dialled::add);
    }

    @BeforeEach
    void connect() throws IOException {
        pool.add(sessions.opener);
        ingress.open(new ChannelOpener(pool, Duration.ZERO));
        client = new Socket(InetAddress.getByName("127.0.0.1"), ingress.address().getPort());
        client.setTcpNoDelay(true);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        ingress.close();
        sessions.close();
    }

    private void send(String hex) throws IOException {
        client.getOutputStream().write(HexFormat.of().parseHex(hex));
    }

    private void expect(String hex) throws IOException {
        assertEquals(hex, HexFormat.of().formatHex(client.getInputStream().readNBytes(hex.length() / 2)));
    }

    private Channel ask() throws Exception {
        send(GREETING);
        expect(METHOD);
        send(REQUEST);
        Channel far = dialled.take();
        assertEquals("192.0.2.1:1", far.target().toString());
        return far;
    }

    private static void send(Channel far, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        byte[] array = new byte[MessageWriter.DATA_ROOM + bytes.length];
        System.arraycopy(bytes, 0, array, MessageWriter.DATA_ROOM, bytes.length);
        far.send(Compression.NONE, new Slice(array, MessageWriter.DATA_ROOM, bytes.length));
    }

    private static String receive(Channel far, int length) throws Exception {
        StringBuilder received = new StringBuilder();
        while (received.length() < length) {
            received.append(new String(far.receive().payload().toBytes(), StandardCharsets.ISO_8859_1));
        }
        return received.toString();
    }

    private String clientThread() {
        return ThreadDump.of(head -> head.contains("client 127.0.0.1:" + client.getLocalPort()));
    }

    @Test
    void theClientsThreadWaitsInTheHandshakeWhileItsConnectionIsQuiet() throws Exception {
        Channel far = ask();
        far.confirm();
        expect(SUCCEEDED);
        client.getOutputStream().write("ping".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals("ping", receive(far, 4));
        send(far, "pong");
        expect(HexFormat.of().formatHex("pong".getBytes(StandardCharsets.ISO_8859_1)));
        assertTrue(clientThread().contains("QuietHandshake.await"), clientThread());
    }

    @Test
    void everyByteAndBothEndsArriveAfterAQuietHandshake() throws Exception {
        Channel far = ask();
        far.confirm();
        expect(SUCCEEDED);
        client.getOutputStream().write("question".getBytes(StandardCharsets.ISO_8859_1));
        client.shutdownOutput();
        assertEquals("question", receive(far, 8));
        assertEquals(null, far.receive());
        send(far, "answer");
        far.finish();
        assertEquals("answer", new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
        Waiting.until("the client's thread ends", () -> clientThread().isBlank());
    }

    @Test
    void whatTheTargetSendsBehindItsAnswerIsBehindTheReply() throws Exception {
        Channel far = ask();
        far.confirm();
        send(far, "banner");
        far.finish();
        expect(SUCCEEDED);
        assertEquals("banner", new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 12})
    void aHandshakeInPiecesOrAllAtOnceIsUnderstood(int split) throws Exception {
        String all = GREETING + REQUEST;
        send(all.substring(0, 2 * split));
        if (split >= GREETING.length() / 2) {
            expect(METHOD);
            send(all.substring(2 * split) + "4142");
        } else {
            send(all.substring(2 * split) + "4142");
            expect(METHOD);
        }
        Channel far = dialled.take();
        far.confirm();
        expect(SUCCEEDED);
        assertEquals("AB", receive(far, 2));
    }

    @Test
    void aRefusedTargetIsAskedForOnce() throws Exception {
        ask().refuse("no such place");
        expect("05040001000000000000");
        assertEquals(-1, client.getInputStream().read());
        assertTrue(dialled.isEmpty());
    }

    @Test
    void aSessionThatEndsBeforeItsAnswerCostsAnAttempt() throws Exception {
        try (SessionPair other = pair(2)) {
            ask();
            pool.add(other.opener);
            pool.remove(sessions.opener);
            sessions.opener.abandon("over");
            dialled.take().confirm();
            expect(SUCCEEDED);
        }
    }

    @Test
    void whatAClientSendsBeforeItsReplyIsPassedOn() throws Exception {
        Channel far = ask();
        client.getOutputStream().write("early".getBytes(StandardCharsets.ISO_8859_1));
        Waiting.until("the thread goes on", () -> !clientThread().contains("QuietHandshake.await"));
        far.confirm();
        expect(SUCCEEDED);
        assertEquals("early", receive(far, 5));
    }

    @Test
    void aClientThatLeavesEndsItsConnect() throws Exception {
        Channel far = ask();
        client.close();
        Waiting.until("the dialling side knows", far::isClosed);
    }

    @Test
    void whatIsNotTheConnectOfSocks5IsLeftToTheThread() throws Exception {
        send("04010001c000020100");
        dialled.take().confirm();
        expect("005a000000000000");
        assertFalse(clientThread().contains("QuietHandshake"));
    }
}
