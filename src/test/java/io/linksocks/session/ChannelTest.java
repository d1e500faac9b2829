package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Features;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class ChannelTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Features WITHOUT_FIN = new Features(true, true, false, true, true);

    private static void awaitNoChannels(Ends ends) {
        Waiting.until("no channel left",
                () -> ends.client.channelCount() == 0 && ends.server.channelCount() == 0);
        Waiting.until("no memory counted", () -> ends.budget.used() == 0);
    }

    // --- memory --------------------------------------------------------------------------------------------------------

    private static Ends withMemory(int channels, int bytes) {
        MemoryBudget budget = new MemoryBudget((channels * MemoryBudget.CHANNEL + bytes) / 3 * 4);
        return new Ends(Features.ALL, SessionLimits.DEFAULT.withMemory(budget), Duration.ofMinutes(1));
    }

    @Test
    void shortOfMemoryNewChannelsAreRefusedUntilOthersEnd() throws Exception {
        try (Ends ends = withMemory(3, 100)) {
            Ends.Joined joined = ends.join();
            Channel refused = ends.client.open(Transport.TCP, new Endpoint("second.example", 80));
            assertEquals("short of memory",
                    assertThrows(ChannelException.class, () -> refused.awaitConfirmation(LIMIT)).getMessage());
            Ends.send(joined.client(), 1, 1);
            assertArrayEquals(new byte[] {1}, Ends.receive(joined.server()));
            joined.client().close("");
            awaitNoChannels(ends);
            ends.join();
            assertTrue(ends.counters.refusedChannels.sum() > 0);
        }
    }

    @Test
    void shortOfMemoryTheSlowestReaderIsCutOff() throws Exception {
        try (Ends ends = withMemory(4, 20_000)) {
            Ends.Joined slow = ends.join();
            Ends.Joined quick = ends.join();
            assertThrows(IOException.class, () -> {
                while (true) {
                    Ends.send(slow.client(), 1, 1000);
                }
            });
            assertThrows(ChannelException.class, () -> Ends.receive(slow.server()));
            Ends.send(quick.client(), 2, 1000);
            assertEquals(1000, Ends.receive(quick.server()).length);
        }
    }

    @Test
    void whatAnEndedChannelHasLeftIsEvictedToo() throws Exception {
        try (Ends ends = withMemory(4, 40_000)) {
            Ends.Joined slow = ends.join();
            Ends.Joined quick = ends.join();
            for (int i = 0; i < 35; i++) {
                Ends.send(slow.client(), 1, 1000);
            }
            slow.client().close("");
            Waiting.until("one channel is left", () -> ends.server.channelCount() == 1);
            for (int i = 0; i < 30; i++) {
                Ends.send(quick.client(), 2, 1000);
            }
            Waiting.until("all of it waits", () -> quick.server().memory().waiting() >= 30_000);
            for (int i = 0; i < 30; i++) {
                assertEquals(1000, Ends.receive(quick.server()).length);
            }
            assertThrows(ChannelException.class, () -> Ends.receive(slow.server()));
        }
    }

    // --- limited rates -------------------------------------------------------------------------------------------------

    /** A rate at which nothing passes until the test says so. */
    private static RateLimit stopped(Queue<Runnable> alarms) {
        RateLimit limit = new RateLimit(() -> 0, (delay, job) -> alarms.add(job));
        limit.set(1);
        return limit;
    }

    @Test
    void creditIsHeldBackWhileThePeerSendsTooFast() throws Exception {
        RateLimit limit = stopped(new ConcurrentLinkedQueue<>());
        SessionLimits limits = Ends.LIMITS.withMemory(new MemoryBudget(1 << 30))
                .withRates(new SessionRates(RateLimit.NONE, limit), 1000);
        try (Ends ends = new Ends(Features.ALL, limits, Duration.ofMinutes(1))) {
            Ends.Joined joined = ends.join();
            Ends.send(joined.client(), 1, 1000);
            assertEquals(1000, Ends.receive(joined.server()).length);
            assertFalse(joined.client().hasCredit());
            limit.set(0);
            joined.client().awaitCredit();
        }
    }

    @Test
    void aSenderWaitsForItsRate() throws Exception {
        RateLimit limit = stopped(new ConcurrentLinkedQueue<>());
        SessionLimits limits = Ends.LIMITS.withMemory(new MemoryBudget(1 << 30))
                .withRates(new SessionRates(limit, RateLimit.NONE), 1 << 20);
        try (Ends ends = new Ends(Features.ALL, limits, Duration.ofMinutes(1))) {
            Ends.Joined joined = ends.join();
            assertFalse(joined.client().hasCredit(), "who may not wait gives up");
            Thread sender = Thread.ofVirtual().start(() -> assertDoesNotThrow(() -> Ends.send(joined.client(), 1, 1000)));
            Waiting.until("the sender waits", () -> sender.getState() == Thread.State.WAITING);
            assertTrue(joined.server().isQuiet());
            limit.set(0);
            assertEquals(1000, Ends.receive(joined.server()).length);
            sender.join();
        }
    }

    // --- half-close ----------------------------------------------------------------------------------------------------

    @Test
    void aFreeLinkTakesTheEndOnce() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            joined.client().tryFinish();
            assertNull(Ends.receive(joined.server()));
            joined.client().tryFinish();
            joined.client().finish();
            joined.server().finish();
            awaitNoChannels(ends);
            assertEquals(0, ends.counters.ignoredMessages.sum());
        }
    }

    @Test
    void theEndFollowsDataOnABusyLinkWithoutWaitingForIt() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            CountDownLatch sending = new CountDownLatch(1);
            CountDownLatch free = new CountDownLatch(1);
            ends.link.client().script(number -> {
                sending.countDown();
                try {
                    free.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return true;
            });
            Thread sender = Thread.startVirtualThread(() -> {
                try {
                    Ends.send(joined.client(), 1, 3);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            sending.await();
            joined.client().tryFinish();
            joined.client().finish();
            assertTrue(sender.isAlive(), "the link is still busy");
            free.countDown();
            assertArrayEquals(new byte[] {1, 1, 1}, Ends.receive(joined.server()));
            assertNull(Ends.receive(joined.server()));
        }
    }

    @Test
    void theOpenerEndsFirstAndStillGetsTheAnswer() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            Ends.send(joined.client(), 1, 3);
            joined.client().finish();
            assertArrayEquals(new byte[] {1, 1, 1}, Ends.receive(joined.server()));
            assertNull(Ends.receive(joined.server()));
            assertEquals(1, ends.client.channelCount(), "one direction is still open");
            Ends.send(joined.server(), 2, 2);
            joined.server().finish();
            assertArrayEquals(new byte[] {2, 2}, Ends.receive(joined.client()));
            assertNull(Ends.receive(joined.client()));
            awaitNoChannels(ends);
        }
    }

    @Test
    void theDiallingSideEndsFirstAndStillGetsTheRest() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            joined.server().finish();
            assertNull(Ends.receive(joined.client()));
            Ends.send(joined.client(), 3, 1);
            joined.client().finish();
            assertArrayEquals(new byte[] {3}, Ends.receive(joined.server()));
            assertNull(Ends.receive(joined.server()));
            awaitNoChannels(ends);
        }
    }

    @Test
    void memoryIsReleasedWhenBothFinsCross() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            for (int i = 0; i < 200; i++) {
                Ends.Joined joined = ends.join();
                Thread other = Thread.ofVirtual().start(() -> finish(joined.server()));
                finish(joined.client());
                assertNull(Ends.receive(joined.client()));
                assertNull(Ends.receive(joined.server()));
                other.join();
            }
            awaitNoChannels(ends);
            assertEquals(0, ends.counters.ignoredMessages.sum(), "nobody sends Disconnect after both Fins");
        }
    }

    /** Two threads race, often enough for every order of their steps. */
    @Test
    void memoryIsReleasedWhicheverFinComesLast() throws Exception {
        MemoryBudget budget = new MemoryBudget(1 << 30);
        SessionMemory memory = budget.openSession(this);
        ChannelHost host = new SilentHost(new SessionSettings(
                new NegotiatedParameters(Features.ALL, new UUID(7, 7), 1000, Duration.ofMinutes(1)), Ends.LIMITS,
                new SessionCounters()));
        long before = budget.used();
        CyclicBarrier start = new CyclicBarrier(2);
        for (int i = 0; i < 2000; i++) {
            Channel channel = new Channel(host, UUID.randomUUID(), Transport.TCP, null, true, memory);
            channel.memory().charge();
            Thread reader = Thread.ofVirtual().start(() -> {
                meet(start);
                channel.onFin();
            });
            meet(start);
            finish(channel);
            reader.join();
            assertEquals(before, budget.used(), "round " + i);
        }
    }

    private static void meet(CyclicBarrier start) {
        try {
            start.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new AssertionError(e);
        }
    }

    private static void finish(Channel channel) {
        try {
            channel.finish();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFinSurvivesItsLink() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            ends.link.server().freeze();
            Ends.send(joined.client(), 1, 1);
            joined.client().finish();
            ends.cutAndResume();
            assertArrayEquals(new byte[] {1}, Ends.receive(joined.server()));
            assertNull(Ends.receive(joined.server()));
        }
    }

    @Test
    void withoutHalfCloseTheDiallingSideEndsBoth() throws Exception {
        try (Ends ends = new Ends(WITHOUT_FIN)) {
            Ends.Joined joined = ends.join();
            Ends.send(joined.server(), 5, 4);
            joined.server().finish();
            assertEquals(4, Ends.receive(joined.client()).length);
            assertNull(Ends.receive(joined.client()));
            awaitNoChannels(ends);
            assertThrows(ChannelException.class, () -> Ends.send(joined.client(), 1, 1));
        }
    }

    @Test
    void withoutHalfCloseTheOpenerLeavesTimeForTheAnswer() throws Exception {
        try (Ends ends = new Ends(WITHOUT_FIN)) {
            Ends.Joined joined = ends.join();
            Thread finishing = Thread.ofVirtual().start(() -> finish(joined.client()));
            Waiting.until("waits", () -> finishing.getState() == Thread.State.TIMED_WAITING);
            Ends.send(joined.server(), 6, 1);
            assertEquals(1, Ends.receive(joined.client()).length);
            joined.server().finish();
            assertNull(Ends.receive(joined.client()));
            finishing.join();
            awaitNoChannels(ends);
        }
    }

    // --- opening ---------------------------------------------------------------------------------------------------------

    /** A target that speaks first and closes at once may be gone before the opener has awoken. */
    @Test
    void anAnswerThatWasFasterThanItsOpenerIsNotLost() throws Exception {
        for (Features features : new Features[] {Features.NONE, WITHOUT_FIN, Features.ALL}) {
            try (Ends ends = new Ends(features)) {
                Channel near = ends.open();
                Channel far = ends.accept();
                far.confirm();
                Ends.send(far, 9, 9);
                far.finish();
                Waiting.until("the end has arrived", () -> features.fin() || ends.client.channelCount() == 0);
                near.awaitConfirmation(LIMIT);
                assertEquals(9, Ends.receive(near).length, features::toString);
                assertNull(Ends.receive(near), features::toString);
            }
        }
    }

    @Test
    void aRefusalTellsWhy() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Channel near = ends.open();
            ends.accept().refuse("target down");
            assertEquals("target down",
                    assertThrows(ChannelException.class, () -> near.awaitConfirmation(LIMIT)).getMessage());
            awaitNoChannels(ends);
        }
    }

    @Test
    void aTargetThatDoesNotAnswerIsGivenUp() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Channel near = ends.open();
            Channel far = ends.accept();
            assertThrows(ChannelException.class, () -> near.awaitConfirmation(Duration.ofMillis(1)));
            assertThrows(ChannelException.class, far::receive);
            awaitNoChannels(ends);
        }
    }

    /** The thread that waits for the answer may come to it long after the limit. */
    @Test
    void aTargetThatHasAnsweredIsNotGivenUp() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Channel near = ends.open();
            Channel far = ends.accept();
            far.confirm();
            Waiting.until("answered", near::isAnswered);
            near.giveUp("test");
            near.awaitConfirmation(Duration.ZERO);
            Ends.send(near, 1, 1);
            assertArrayEquals(new byte[] {1}, Ends.receive(far));
        }
    }

    // --- silence ---------------------------------------------------------------------------------------------------------

    @Test
    void aHalfClosedChannelThatIsSilentIsClosedAtBothEnds() throws Exception {
        SessionLimits hasty = SessionLimits.DEFAULT.withMemory(new MemoryBudget(1 << 30)).withHalfClosed(Duration.ofNanos(1));
        try (Ends ends = new Ends(Features.ALL, hasty, Duration.ofMinutes(1))) {
            Ends.Joined open = ends.join();
            Ends.Joined half = ends.join();
            half.client().finish();
            assertNull(Ends.receive(half.server()));
            ends.server.onBeat();
            assertTrue(assertThrows(ChannelException.class, half.client()::receive).getMessage().contains("silent"));
            assertTrue(half.server().isClosed());
            Ends.send(open.client(), 1, 1);
            assertArrayEquals(new byte[] {1}, Ends.receive(open.server()), "an open one may be silent");
        }
    }

    @Test
    void aHalfClosedChannelStaysAsLongAsBytesMove() throws Exception {
        SessionLimits limits = SessionLimits.DEFAULT.withMemory(new MemoryBudget(1 << 30)).withHalfClosed(Duration.ofMinutes(1));
        try (Ends ends = new Ends(Features.ALL, limits, Duration.ofMinutes(1))) {
            Ends.Joined joined = ends.join();
            joined.client().finish();
            assertNull(Ends.receive(joined.server()));
            for (int i = 0; i < 10; i++) {
                Ends.send(joined.server(), 1, 1);
                ends.server.onBeat();
                ends.client.onBeat();
                assertArrayEquals(new byte[] {1}, Ends.receive(joined.client()));
            }
            joined.server().finish();
            assertNull(Ends.receive(joined.client()));
            awaitNoChannels(ends);
        }
    }

    // --- ending in other ways --------------------------------------------------------------------------------------------

    @Test
    void anErrorIsSeenAtTheOtherEnd() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            joined.server().close("Connection reset");
            assertEquals("Connection reset",
                    assertThrows(ChannelException.class, joined.client()::receive).getMessage());
            awaitNoChannels(ends);
        }
    }

    @Test
    void aPeerThatOverdrawsItsCreditLosesTheChannelAndNothingElse() throws Exception {
        SessionLimits tiny = SessionLimits.DEFAULT.withWindows(10, 10, 1 << 20);
        try (Ends ends = new Ends(Features.ALL, tiny, Duration.ofMinutes(1))) {
            Ends.Joined bad = ends.join();
            Ends.Joined good = ends.join();
            for (int i = 0; i < 2; i++) {
                ends.client.post(new Message.Data(Transport.TCP, bad.client().id(),
                        io.linksocks.protocol.Compression.NONE, Slice.of(new byte[10]), null, null));
            }
            assertTrue(assertThrows(ChannelException.class, () -> drain(bad.server())).getMessage().contains("credit"));
            Ends.send(good.client(), 1, 10);
            assertEquals(10, Ends.receive(good.server()).length);
        }
    }

    private static void drain(Channel channel) throws IOException {
        while (channel.receive() != null) {
            continue;
        }
    }

    @Test
    void creditBeyondTheLimitEndsTheChannel() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            ends.link.client().send(MessageWriter.write(new Message.Credit(joined.client().id(), Integer.MAX_VALUE)));
            assertTrue(assertThrows(ChannelException.class, joined.server()::receive).getMessage().contains("credit"));
            awaitNoChannels(ends);
        }
    }

    @Test
    void aDatagramChannelRefusesAfterItsEnd() throws Exception {
        try (Ends ends = new Ends(Features.NONE)) {
            Channel near = ends.client.open(Transport.UDP, null);
            near.sendDatagram(Slice.of(new byte[3]), null, new Endpoint("127.0.0.1", 9));
            assertEquals(3, Ends.receive(ends.accept()).length);
            near.close("");
            assertThrows(ChannelException.class,
                    () -> near.sendDatagram(Slice.of(new byte[3]), null, new Endpoint("127.0.0.1", 9)));
            awaitNoChannels(ends);
        }
    }
}
