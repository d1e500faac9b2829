package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class InboxTest {
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofHours(1);
    private static final UUID ID = new UUID(1, 2);

    private final SessionCounters counters = new SessionCounters();
    private final ReentrantLock lock = new ReentrantLock();
    private final MemoryBudget budget = new MemoryBudget(1 << 30);

    /** Full with 100 bytes or 4 messages. */
    private Inbox inbox(boolean bounded, Duration timeout) {
        SessionLimits limits = new SessionLimits(10, 100, 4, timeout, LONG, LONG, LONG, 1, 1, 0, 1, budget);
        ChannelMemory memory = new ChannelMemory(budget.openSession(this), MemoryBudget.CHANNEL, () -> { });
        memory.charge();
        ReceiveWindow window = bounded ? null : new ReceiveWindow(1 << 30, 1 << 30, new AtomicLong(), 0);
        return new Inbox(lock, window, limits, counters, memory);
    }

    /** As the channel's events do it. */
    private void end(Inbox inbox, String error) {
        Inbox.call(locked(() -> inbox.end(error)));
    }

    private void drop(Inbox inbox) {
        Inbox.call(locked(inbox::drop));
    }

    private void release(Inbox inbox, Message.Data data) {
        locked(() -> inbox.release(data, 0, System.nanoTime()));
    }

    private <T> T locked(Supplier<T> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }

    private static boolean takes(Inbox inbox, Message.Data data) {
        return inbox.offer(data) == null;
    }

    private static Message.Data data(Transport transport, int length) {
        return new Message.Data(transport, ID, Compression.NONE, Slice.of(new byte[length]), null, null);
    }

    private static Message.Data tcp(int length) {
        return data(Transport.TCP, length);
    }

    /** Offers in a thread of its own, which has to wait. */
    private static CompletableFuture<Boolean> offerAndWait(Inbox inbox, Message.Data data) {
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        Thread reader = Thread.ofVirtual().start(() -> taken.complete(takes(inbox, data)));
        Waiting.until("reader waits", () -> reader.getState() == Thread.State.TIMED_WAITING);
        return taken;
    }

    private static Message.Data inside(int around, byte... payload) {
        byte[] array = new byte[around + payload.length + around];
        System.arraycopy(payload, 0, array, around, payload.length);
        return new Message.Data(Transport.TCP, ID, Compression.NONE, new Slice(array, around, payload.length), null, null);
    }

    /** Bytes behind the payload count for nothing, and may be 32 MiB. */
    @Test
    void doesNotHoldOnToWhatStoodAroundThePayload() throws ChannelException {
        Inbox inbox = inbox(false, SHORT);
        inbox.offer(inside(1 << 20, (byte) 7));
        Slice kept = inbox.take().payload();
        assertArrayEquals(new byte[] {7}, kept.toBytes());
        assertTrue(kept.capacity() < 1000);
        assertTrue(kept.offset() >= MessageWriter.DATA_ROOM, "room for a header of its own");
    }

    @Test
    void keepsNothingThatHoldsNothing() throws ChannelException {
        Inbox inbox = inbox(false, SHORT);
        inbox.offer(tcp(0));
        inbox.offer(data(Transport.UDP, 0));
        assertEquals(Transport.UDP, inbox.take().transport(), "an empty datagram is one");
    }

    @Test
    void callsBackOnceWhoWouldHaveToWait() throws ChannelException {
        Inbox inbox = inbox(false, SHORT);
        AtomicInteger calls = new AtomicInteger();
        assertFalse(inbox.isReadyOr(calls::incrementAndGet));
        assertEquals(0, calls.get());
        inbox.offer(tcp(1));
        inbox.offer(tcp(2));
        assertEquals(1, calls.get());
        assertTrue(inbox.isReadyOr(calls::incrementAndGet));
        assertEquals(1, inbox.take().payload().length());
        assertEquals(2, inbox.take().payload().length());
        assertFalse(inbox.isReadyOr(calls::incrementAndGet));
        end(inbox, "cut");
        assertEquals(2, calls.get());
        assertTrue(inbox.isReadyOr(calls::incrementAndGet), "there is the end to be taken");
        assertThrows(ChannelException.class, inbox::take);
        assertEquals(2, calls.get());
    }

    /** Credit counts bytes: a sender may put each into a message of its own. */
    @Test
    void joinsManySmallMessages() throws ChannelException {
        Inbox inbox = inbox(false, SHORT);
        for (int i = 0; i < 100_000; i++) {
            assertTrue(takes(inbox, inside(40, (byte) i)));
        }
        end(inbox, null);
        int bytes = 0;
        int messages = 0;
        for (Message.Data data = inbox.take(); data != null; data = inbox.take()) {
            for (byte b : data.payload().toBytes()) {
                assertEquals((byte) bytes++, b);
            }
            messages++;
        }
        assertEquals(100_000, bytes);
        assertTrue(messages < 10, messages + " messages");
    }

    @Test
    void keepsTheOrderAndThenEnds() throws ChannelException {
        Inbox inbox = inbox(false, SHORT);
        assertTrue(takes(inbox, tcp(1)));
        assertTrue(takes(inbox, tcp(2)));
        end(inbox, null);
        assertEquals(1, inbox.take().payload().length());
        assertEquals(2, inbox.take().payload().length());
        assertNull(inbox.take());
        assertNull(inbox.take());
    }

    @Test
    void anErrorEndsItAtOnce() {
        Inbox inbox = inbox(false, SHORT);
        assertTrue(takes(inbox, tcp(1)));
        end(inbox, "reset");
        assertEquals("reset", assertThrows(ChannelException.class, inbox::take).getMessage());
        end(inbox, "other");
        end(inbox, null);
        assertEquals("reset", assertThrows(ChannelException.class, inbox::take).getMessage());
    }

    @Test
    void anErrorAfterAnOrderlyEndCountsToo() {
        Inbox inbox = inbox(false, SHORT);
        assertTrue(takes(inbox, tcp(1)));
        end(inbox, null);
        end(inbox, "session lost");
        assertThrows(ChannelException.class, inbox::take);
    }

    @Test
    void withCreditTakesWhateverComes() {
        Inbox inbox = inbox(false, SHORT);
        for (int i = 0; i < 50; i++) {
            assertTrue(takes(inbox, tcp(90)));
        }
    }

    @Test
    void withoutCreditIsFullByBytesAndByMessages() {
        Inbox byBytes = inbox(true, SHORT);
        assertTrue(takes(byBytes, tcp(99)));
        assertTrue(takes(byBytes, tcp(500)), "room for one byte is enough");
        assertFalse(takes(byBytes, tcp(1)));
        Inbox byMessages = inbox(true, SHORT);
        for (int i = 0; i < 4; i++) {
            assertTrue(takes(byMessages, tcp(1)));
        }
        assertFalse(takes(byMessages, tcp(1)));
    }

    @Test
    void aFullOneHoldsUpTheReaderUntilThereIsRoom() throws Exception {
        Inbox inbox = inbox(true, LONG);
        assertTrue(takes(inbox, tcp(100)));
        CompletableFuture<Boolean> waiting = offerAndWait(inbox, tcp(7));
        Message.Data hundred = inbox.take();
        assertEquals(100, hundred.payload().length());
        assertFalse(waiting.isDone(), "room is made when the bytes were passed on, not when they were taken");
        release(inbox, hundred);
        assertTrue(waiting.get());
        assertEquals(7, inbox.take().payload().length());
    }

    @Test
    void theEndFreesTheReader() throws Exception {
        Inbox inbox = inbox(true, LONG);
        assertTrue(takes(inbox, tcp(100)));
        CompletableFuture<Boolean> waiting = offerAndWait(inbox, tcp(7));
        end(inbox, "closed");
        assertTrue(waiting.get(), "not the reader's fault");
    }

    @Test
    void dropsAndCountsDatagramsInsteadOfWaiting() throws ChannelException {
        Inbox inbox = inbox(true, LONG);
        for (int i = 0; i < 7; i++) {
            assertTrue(takes(inbox, data(Transport.UDP, 1)));
        }
        assertEquals(3, counters.droppedDatagrams.sum());
        Message.Data one = inbox.take();
        assertEquals(1, one.payload().length());
        release(inbox, one);
        assertTrue(takes(inbox, data(Transport.UDP, 2)));
        assertEquals(3, counters.droppedDatagrams.sum());
    }

    // --- memory --------------------------------------------------------------------------------------------------------

    /** The array counts, for as long as the message is there. */
    @Test
    void countsWhatAMessageHoldsOnTo() throws ChannelException {
        Inbox inbox = inbox(false, SHORT);
        long idle = budget.used();
        int payload = 100;
        int array = 3 * (MessageWriter.DATA_ROOM + payload);
        inbox.offer(new Message.Data(Transport.TCP, ID, Compression.NONE, new Slice(new byte[array], 50, payload), null, null));
        assertTrue(budget.used() >= idle + array, () -> "counts " + (budget.used() - idle));
        Message.Data taken = inbox.take();
        assertTrue(budget.used() >= idle + array, "taken, but not passed on");
        release(inbox, taken);
        assertEquals(idle, budget.used());
    }

    @Test
    void countsNothingOfWhatItDrops() throws ChannelException {
        Inbox inbox = inbox(true, LONG);
        long idle = budget.used();
        for (int i = 0; i < 100; i++) {
            assertTrue(takes(inbox, data(Transport.UDP, 1)));
        }
        for (int i = 0; i < 4; i++) {
            release(inbox, inbox.take());
        }
        assertEquals(96, counters.droppedDatagrams.sum());
        assertTrue(takes(inbox, tcp(0)));
        end(inbox, null);
        assertTrue(takes(inbox, tcp(1)));
        assertEquals(idle, budget.used());
    }

    @Test
    void whatNobodyWantsIsGivenBack() throws ChannelException {
        Inbox inbox = inbox(false, SHORT);
        long idle = budget.used();
        inbox.offer(tcp(1));
        inbox.offer(tcp(2));
        Message.Data inHand = inbox.take();
        drop(inbox);
        assertNull(inbox.take());
        inbox.offer(tcp(3));
        release(inbox, inHand);
        assertEquals(idle, budget.used());
    }

    @Test
    void countsJoinedMessagesAsOne() throws ChannelException {
        Inbox inbox = inbox(false, SHORT);
        long idle = budget.used();
        for (int i = 0; i < 10_000; i++) {
            assertTrue(takes(inbox, inside(40, (byte) i)));
        }
        assertTrue(budget.used() - idle < 4 * 10_000, () -> "counts " + (budget.used() - idle));
        end(inbox, null);
        for (Message.Data data = inbox.take(); data != null; data = inbox.take()) {
            release(inbox, data);
        }
        assertEquals(idle, budget.used());
    }

    // --- the end of an answer, without half-close ----------------------------------------------------------------------

    @Test
    void quietIsWaitedForOnlyAsLongAsSomethingMayCome() {
        Inbox ended = inbox(true, SHORT);
        end(ended, null);
        ended.awaitQuiet(LONG);
        inbox(true, SHORT).awaitQuiet(SHORT);
    }

    @Test
    void aSlowConsumerIsNoSilentPeer() throws Exception {
        Inbox inbox = inbox(true, SHORT);
        assertTrue(takes(inbox, tcp(10)));
        CompletableFuture<Void> quiet = new CompletableFuture<>();
        Thread finisher = Thread.ofVirtual().start(() -> {
            inbox.awaitQuiet(SHORT);
            quiet.complete(null);
        });
        Waiting.until("waits", () -> finisher.getState() == Thread.State.TIMED_WAITING);
        long began = System.nanoTime();
        Waiting.until("its timeout is over several times", () -> System.nanoTime() - began > 10 * SHORT.toNanos());
        assertFalse(quiet.isDone(), "bytes are still to be passed on");
        release(inbox, inbox.take());
        quiet.get();
    }
}
