package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ends of a WebSocket as links; every test runs from the client's side and from the server's. */
@Timeout(240)
class LinkTest {
    private Loopback loopback;
    private Link client;
    private Link server;
    private ExecutorService threads;

    @BeforeEach
    void open() throws Exception {
        threads = Threads.perTask("link test");
        loopback = new Loopback();
        client = loopback.connect();
        server = loopback.accepted();
    }

    @AfterEach
    void close() {
        client.abort();
        server.abort();
        loopback.close();
        threads.close();
    }

    private Link one(boolean fromClient) {
        return fromClient ? client : server;
    }

    private Link other(boolean fromClient) {
        return one(!fromClient);
    }

    private <T> Future<T> async(Callable<T> job) {
        return threads.submit(job);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReceiverGetsAllMessagesInOrderUntilTheEnd(boolean fromClient) throws Exception {
        List<Integer> got = new ArrayList<>();
        Future<Void> received = async(() -> {
            other(fromClient).receiveAll(message -> got.add(message.length()));
            return null;
        });
        List<Integer> sent = new ArrayList<>();
        for (int size = 0; size < 1000; size++) {
            one(fromClient).send(FrameKit.withHeadroom(new byte[size]));
            sent.add(size);
        }
        one(fromClient).close(1000, "");
        received.get();
        assertEquals(sent, got);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReceiverThatWantsNoMoreGetsNoMore(boolean fromClient) throws Exception {
        List<Integer> got = new ArrayList<>();
        Future<Void> received = async(() -> {
            other(fromClient).receiveAll(message -> got.add(message.length()) && got.size() < 3);
            return null;
        });
        for (int size = 0; size < 10; size++) {
            one(fromClient).send(FrameKit.withHeadroom(new byte[size]));
        }
        received.get();
        assertEquals(List.of(0, 1, 2), got);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whyAReceiverFailedIsTold(boolean fromClient) throws Exception {
        IOException failure = new IOException("not understood");
        Future<Void> received = async(() -> {
            other(fromClient).receiveAll(message -> {
                throw failure;
            });
            return null;
        });
        one(fromClient).send(FrameKit.withHeadroom(new byte[1]));
        assertEquals(failure, assertThrows(ExecutionException.class, received::get).getCause());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messagesOfAllSizesComeThrough(boolean fromClient) throws Exception {
        long seed = System.nanoTime();
        int[] sizes = {1, 0, 125, 126, 4095, 4096, 4097, 16_384, 65_535, 65_536, 1 << 20, 8 << 20, 2};
        Future<Void> sent = async(() -> {
            Random random = new Random(seed);
            for (int size : sizes) {
                byte[] message = new byte[size];
                random.nextBytes(message);
                one(fromClient).send(FrameKit.withHeadroom(message));
            }
            return null;
        });
        Random random = new Random(seed);
        for (int size : sizes) {
            byte[] expected = new byte[size];
            random.nextBytes(expected);
            Slice received = other(fromClient).receive();
            assertArrayEquals(expected, received.toBytes(), "size " + size + ", seed " + seed);
            assertTrue(received.offset() >= MessageWriter.HEADROOM);
        }
        sent.get();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReceiverThatDoesNotReadStopsTheSender(boolean fromClient) throws Exception {
        int count = 256;
        byte[] filler = new byte[256 << 10];
        Future<Void> sent = async(() -> {
            for (int i = 0; i < count; i++) {
                ByteBuffer.wrap(filler).putInt(i);
                one(fromClient).send(FrameKit.withHeadroom(filler));
            }
            return null;
        });
        assertThrows(TimeoutException.class, () -> sent.get(300, TimeUnit.MILLISECONDS));
        for (int i = 0; i < count; i++) {
            Slice received = other(fromClient).receive();
            assertEquals(filler.length, received.length());
            assertEquals(i, received.toBuffer().getInt());
        }
        sent.get();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void manyThreadsMaySend(boolean fromClient) throws Exception {
        int senders = 200;
        int each = 20;
        List<Future<Void>> sent = new ArrayList<>();
        for (int sender = 0; sender < senders; sender++) {
            int number = sender;
            sent.add(async(() -> {
                for (int i = 0; i < each; i++) {
                    byte[] message = ByteBuffer.allocate(8 + 37 * number).putInt(number).putInt(i).array();
                    one(fromClient).send(FrameKit.withHeadroom(message));
                }
                return null;
            }));
        }
        int[] next = new int[senders];
        for (int i = 0; i < senders * each; i++) {
            ByteBuffer message = other(fromClient).receive().toBuffer();
            int sender = message.getInt();
            assertEquals(next[sender]++, message.getInt());
            assertEquals(37 * sender, message.remaining());
        }
        for (Future<Void> one : sent) {
            one.get();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pingsMeasureTheRoundTrip(boolean fromClient) throws Exception {
        Link asking = one(fromClient);
        Link answering = other(fromClient);
        assertEquals(0, asking.roundTrip());
        long before = System.nanoTime();
        asking.ping();
        while (asking.roundTrip() == 0) {
            asking.send(FrameKit.withHeadroom(new byte[1]));
            assertEquals(1, answering.receive().length());
            answering.send(FrameKit.withHeadroom(new byte[2]));
            assertEquals(2, asking.receive().length());
        }
        assertTrue(asking.roundTrip() <= System.nanoTime() - before);
        assertTrue(asking.lastHeard() - before > 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOrderlyCloseEndsBothSides(boolean fromClient) throws Exception {
        one(fromClient).send(FrameKit.withHeadroom(new byte[3]));
        Future<Slice> last = async(other(fromClient)::receive);
        assertEquals(3, last.get().length());
        Future<Slice> there = async(other(fromClient)::receive);
        Future<Slice> here = async(one(fromClient)::receive);
        one(fromClient).close(CloseCode.GOING_AWAY, "test");
        assertNull(there.get());
        assertNull(here.get());
        assertNull(one(fromClient).receive());
        assertNull(other(fromClient).receive());
        assertThrows(IOException.class, () -> one(fromClient).send(FrameKit.withHeadroom(new byte[1])));
        assertThrows(IOException.class, () -> other(fromClient).send(FrameKit.withHeadroom(new byte[1])));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCloseIsOrderlyEvenWhileOthersSend(boolean fromClient) throws Exception {
        Link one = one(fromClient);
        Future<Void> sending = async(() -> {
            while (true) {
                one.send(FrameKit.withHeadroom(new byte[1000]));
            }
        });
        Future<Slice> there = async(() -> {
            Slice last = other(fromClient).receive();
            while (last != null) {
                last = other(fromClient).receive();
            }
            return last;
        });
        one.close(CloseCode.NORMAL, "");
        assertFailed(sending);
        assertNull(there.get());
        assertNull(one.receive());
    }

    /** Whoever receives may close as well; messages on their way to it are dropped. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theReceivingThreadMayClose(boolean fromClient) throws Exception {
        for (int i = 0; i < 5; i++) {
            other(fromClient).send(FrameKit.withHeadroom(new byte[100_000]));
        }
        Future<Slice> there = async(other(fromClient)::receive);
        assertNotNull(one(fromClient).receive());
        one(fromClient).close(CloseCode.NORMAL, "");
        assertNull(there.get());
        assertNull(one(fromClient).receive());
    }

    @Test
    void aPeerThatDoesNotAnswerIsNotWaitedForLong() throws Exception {
        server.close(CloseCode.NORMAL, "the client does not even receive");
        client.close(CloseCode.NORMAL, "");
        assertNull(server.receive());
        assertNull(client.receive());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void abortingWakesWhoeverWaits(boolean fromClient) throws Exception {
        Link one = one(fromClient);
        Future<Slice> receiving = async(one::receive);
        Future<Void> sending = async(() -> {
            while (true) {
                one.send(FrameKit.withHeadroom(new byte[1 << 20]));
            }
        });
        assertThrows(TimeoutException.class, () -> sending.get(100, TimeUnit.MILLISECONDS));
        one.abort();
        one.abort();
        assertFailed(receiving);
        assertFailed(sending);
        assertThrows(IOException.class, () -> one.send(FrameKit.withHeadroom(new byte[1])));
        one.ping();
        one.close(CloseCode.NORMAL, "");
    }

    /** The peer of a vanished end gets what was sent before, and then an exception instead of an orderly end. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAbortedPeerIsAnError(boolean fromClient) throws Exception {
        one(fromClient).abort();
        assertFailed(async(() -> other(fromClient).receive()));
    }

    /** The thread may be one of a program that uses the library; the link is that of many. */
    @Test
    void anInterruptedSenderOfTheClientHarmsNothing() throws Exception {
        byte[] message = new byte[8 << 20];
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        Future<Boolean> sending = async(() -> {
            thread.complete(Thread.currentThread());
            client.send(FrameKit.withHeadroom(message));
            return Thread.currentThread().isInterrupted();
        });
        thread.get().interrupt();
        assertEquals(message.length, async(server::receive).get().length());
        assertTrue(sending.get(), "the interrupt is still to be seen");
    }

    private static void assertFailed(Future<?> future) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> future.get());
        assertTrue(e.getCause() instanceof IOException, () -> "cause " + e.getCause());
    }

    @Test
    void namesItsPeer() {
        assertEquals("127.0.0.1:" + loopback.port(), client.peer());
        assertTrue(server.peer().matches("127\\.0\\.0\\.1:[0-9]+"));
        assertFalse(client.peer().equals(server.peer()));
    }
}
