package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.dial.DirectDialer;
import io.linksocks.dial.RelayCounters;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.seal.SealedToken;
import io.linksocks.seal.Secret;
import io.linksocks.seal.SecretRing;
import io.linksocks.session.Channel;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.SessionLimits;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Threads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A relay that does what it likes with a sealed channel: the ends see a reset, or nothing of it. */
@Timeout(240)
class TamperingRelayTest {
    private static final Secret SECRET = Secret.of("AAECAwQFBgcICQoLDA0ODw");
    private static final byte[] ANSWER = "first, second and last".getBytes();
    private static final int PARTS = 3;
    private static final NegotiatedParameters EXTENDED =
            new NegotiatedParameters(new Features(true, true, true, true, false), UUID.randomUUID(), 1 << 18, Duration.ZERO);

    /** What becomes of the bytes of the provider, which come in the order in which it sent them. */
    private interface Tampering {
        /** @return what goes on to the connector in their place */
        List<byte[]> pass(int number, byte[] bytes);
    }

    private ServerSocket target;
    private SessionPair toProvider;
    private SessionPair toConnector;
    private final SessionPool pool = new SessionPool();
    private volatile Tampering tampering = (number, bytes) -> List.of(bytes);
    /** The last message that the relay takes from the provider. */
    private volatile int last = Integer.MAX_VALUE;
    /** Whether the target does not wait for the first byte. */
    private volatile boolean speaksFirst;
    /** How the relay ends the channel then; null for a Fin. */
    private volatile String disconnect;

    @BeforeEach
    void start() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Threads.start("target", this::serve);
        SecretRing ring = new SecretRing();
        ring.add(new SealedToken("home", SECRET));
        toProvider = new SessionPair(EXTENDED, SessionLimits.DEFAULT,
                new TargetEgress(new DirectDialer(), BatchOptions.DEFAULT, new RelayCounters()).sealedBy(ring));
        toConnector = new SessionPair(EXTENDED, SessionLimits.DEFAULT,
                channel -> Threads.start("relay", () -> relay(channel)));
        pool.add(toConnector.opener);
    }

    @AfterEach
    void close() throws IOException {
        target.close();
        toConnector.close();
        toProvider.close();
    }

    /** Answers a byte with three writes, each of which becomes a record, and ends. */
    private void serve() {
        while (!target.isClosed()) {
            try {
                Socket socket = target.accept();
                Threads.start("target", () -> answer(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            int part = ANSWER.length / PARTS;
            for (int i = 0; i <= PARTS && (i == 0 && speaksFirst || in.read() >= 0); i++) {
                int to = i < PARTS - 1 ? (i + 1) * part : ANSWER.length;
                socket.getOutputStream().write(i < PARTS ? Arrays.copyOfRange(ANSWER, i * part, to) : new byte[0]);
            }
            if (speaksFirst) {
                in.read();
            }
        } catch (IOException e) {
            return;
        }
    }

    private void relay(Channel connector) {
        try {
            Channel provider = toProvider.opener.open(connector.transport(), connector.target(), null);
            provider.awaitConfirmation();
            connector.confirm();
            Threads.start("up", () -> copyUp(connector, provider));
            int number = 0;
            for (Message.Data data = provider.receive(); data != null; data = provider.receive()) {
                List<byte[]> passed = tampering.pass(number++, data.payload().toBytes());
                provider.consumed(data);
                for (byte[] bytes : passed) {
                    send(connector, bytes);
                }
                if (number > last) {
                    break;
                }
            }
            if (disconnect != null) {
                connector.close(disconnect);
            } else {
                connector.finish();
            }
        } catch (IOException e) {
            connector.close(String.valueOf(e.getMessage()));
        }
    }

    private static void copyUp(Channel connector, Channel provider) {
        try {
            for (Message.Data data = connector.receive(); data != null; data = connector.receive()) {
                send(provider, data.payload().toBytes());
                connector.consumed(data);
            }
            provider.finish();
        } catch (IOException e) {
            provider.close(String.valueOf(e.getMessage()));
        }
    }

    private static void send(Channel channel, byte[] bytes) throws IOException {
        byte[] array = new byte[MessageWriter.DATA_ROOM + bytes.length];
        System.arraycopy(bytes, 0, array, MessageWriter.DATA_ROOM, bytes.length);
        channel.send(Compression.NONE, new Slice(array, MessageWriter.DATA_ROOM, bytes.length));
    }

    // --- the connector -----------------------------------------------------------------------------------------------------

    private Channel open() throws IOException {
        return new ChannelOpener(pool, Duration.ZERO, SECRET)
                .open(Transport.TCP, Endpoint.of(target.getInetAddress(), target.getLocalPort()),
                        new Claimant(null));
    }

    /** What the connector's application gets, on a socket: all of it, or the exception in its place. */
    private CompletableFuture<byte[]> converse() throws IOException {
        Channel channel = open();
        CompletableFuture<byte[]> received = new CompletableFuture<>();
        ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket application = new Socket(port.getInetAddress(), port.getLocalPort());
        Socket accepted = port.accept();
        port.close();
        TcpRelay relay = new TcpRelay(accepted, accepted.getInputStream(), channel, BatchOptions.DEFAULT);
        relay.begin();
        Threads.start("connector", relay::run);
        Threads.start("application", () -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (application) {
                application.getOutputStream().write(new byte[1]);
                for (int next = application.getInputStream().read(); next >= 0; next = application.getInputStream().read()) {
                    bytes.write(next);
                    if (bytes.size() % (ANSWER.length / PARTS) == 0) {
                        application.getOutputStream().write(new byte[1]);
                    }
                }
                received.complete(bytes.toByteArray());
            } catch (IOException e) {
                assertArrayEquals(Arrays.copyOf(ANSWER, Math.min(ANSWER.length, bytes.size())), bytes.toByteArray());
                received.completeExceptionally(e);
            }
        });
        return received;
    }

    private void assertReset(String what) throws Exception {
        try {
            CompletableFuture<byte[]> received = converse();
            Exception failure = assertThrows(Exception.class, () -> received.get(), what);
            assertTrue(failure.getCause() instanceof SocketException, what + ": " + failure);
        } catch (IOException refused) {
            assertTrue(String.valueOf(refused.getMessage()).contains("seal")
                    || String.valueOf(refused.getMessage()).contains("secret"), what + ": " + refused);
        }
    }

    @Test
    void honestRelayChangesNothing() throws Exception {
        assertArrayEquals(ANSWER, converse().get());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 19, 100})
    void relayMaySplitMessages(int length) throws Exception {
        tampering = (number, bytes) -> {
            List<byte[]> pieces = new ArrayList<>();
            for (int from = 0; from < bytes.length; from += length) {
                pieces.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + length)));
            }
            return pieces;
        };
        assertArrayEquals(ANSWER, converse().get());
    }

    /** The answer to the Connect with the first record in one message, whole or beginning, as those of a real relay may come. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 10, Integer.MAX_VALUE})
    void relayMayJoinMessages(int length) throws Exception {
        speaksFirst = true;
        byte[][] kept = new byte[1][];
        tampering = (number, bytes) -> {
            switch (number) {
                case 0 -> {
                    kept[0] = bytes;
                    return List.of();
                }
                case 1 -> {
                    int count = Math.min(length, bytes.length);
                    byte[] joined = Arrays.copyOf(kept[0], kept[0].length + count);
                    System.arraycopy(bytes, 0, joined, kept[0].length, count);
                    return count == bytes.length
                            ? List.of(joined) : List.of(joined, Arrays.copyOfRange(bytes, count, bytes.length));
                }
                default -> {
                    return List.of(bytes);
                }
            }
        };
        assertArrayEquals(ANSWER, converse().get());
    }

    /** The answer to the Connect, then records: data, and the end. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void messageThatIsChangedOrLeftOutOrRepeatedIsSeenAsAReset(int victim) throws Exception {
        last = victim;
        tampering = (number, bytes) -> List.of(number == victim ? flipped(bytes, 0) : bytes);
        assertReset("first byte of message " + victim);
        tampering = (number, bytes) -> List.of(number == victim ? flipped(bytes, bytes.length - 1) : bytes);
        assertReset("last byte of message " + victim);
        tampering = (number, bytes) -> number == victim ? List.of() : List.of(bytes);
        assertReset("without message " + victim);
        if (victim > 0 && victim <= PARTS) {
            tampering = (number, bytes) -> number == victim ? List.of(bytes, bytes) : List.of(bytes);
            assertReset("message " + victim + " twice");
        }
    }

    /** For people once a minute, else for debugging. */
    @Test
    void messageThatIsChangedIsInTheLog() throws Exception {
        Logger logger = Logger.getLogger("io.linksocks.session.SealedInput");
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                lines.add(entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Level before = logger.getLevel();
        logger.setLevel(Level.ALL);
        logger.addHandler(handler);
        try {
            tampering = (number, bytes) -> List.of(number == 1 ? flipped(bytes, bytes.length - 1) : bytes);
            assertReset("first record");
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
        assertTrue(lines.getFirst().startsWith("closed a sealed channel with ")
                && lines.getFirst().contains("on the way (not authentic)"), lines.toString());
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= 1;
        return flipped;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void finWithoutTheRecordIsSeenAsAReset(int from) throws Exception {
        last = from - 1;
        assertReset("Fin in place of message " + from);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void disconnectWithoutTheRecordIsSeenAsAReset(int from) throws Exception {
        last = from - 1;
        for (String error : List.of("", "because")) {
            disconnect = error;
            assertReset("Disconnect in place of message " + from);
        }
    }
}
