package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Features;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Life and end of a session (docs/protocol-extensions.md, section 3). */
@Timeout(240)
class SessionTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Features WITHOUT_RESUME = new Features(false, true, true, true, false);

    /** From the server's end, past its session. */
    private static void inject(Ends ends, Message message) throws IOException {
        ends.link.server().send(MessageWriter.write(message));
    }

    /** It may have been counted, so no other link may go on behind it. */
    @Test
    void endsWithWhatItCannotHandle() throws Exception {
        NegotiatedParameters extended = new NegotiatedParameters(Features.ALL, new UUID(7, 7), 1000, MINUTE);
        for (NegotiatedParameters parameters : List.of(NegotiatedParameters.BASE, extended)) {
            MemoryLink.Pair link = MemoryLink.pair("test", 100);
            CompletableFuture<String> end = new CompletableFuture<>();
            Session session = new Session(link.server(), parameters, Ends.LIMITS, new SessionCounters(), channel -> {
                throw new IllegalStateException("not ready");
            }, new SessionObserver() {
                @Override
                public void onMessage(Message message) {}

                @Override
                public void onEnd(String reason) {
                    end.complete(reason);
                }
            });
            link.client().send(MessageWriter.write(
                    new Message.Connect(Transport.TCP, new UUID(1, 2), new Endpoint("target.example", 80))));
            assertThrows(IllegalStateException.class, () -> session.run(link.server()));
            assertEquals("failed: java.lang.IllegalStateException: not ready", end.get());
        }
    }

    // --- links that break -----------------------------------------------------------------------------------------------

    @Test
    void knowsHowLongItWasWithoutALink() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            assertEquals(Duration.ZERO, ends.server.absence());
            ends.link.cut();
            Waiting.until("detached", () -> !ends.client.isAttached() && !ends.server.isAttached());
            assertTrue(ends.server.absence().isPositive());
            ends.resume(MemoryLink.pair("next", 100));
            assertEquals(Duration.ZERO, ends.server.absence());
        }
    }

    @Test
    void goesOnWithAnotherLink() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            for (int i = 0; i < 50; i++) {
                Ends.send(joined.client(), i, 10);
                Ends.send(joined.server(), -i, 10);
                ends.cutAndResume();
                assertEquals(i, Ends.receive(joined.server())[9]);
                assertEquals(-i, Ends.receive(joined.client())[9]);
            }
            assertEquals(100, ends.counters.resumes.sum());
        }
    }

    @Test
    void sendsOnWhileDetached() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            ends.link.cutInside();
            Waiting.until("detached", () -> !ends.client.isAttached() && !ends.server.isAttached());
            assertTrue(ends.client.isAlive());
            Ends.send(joined.client(), 1, 1);
            Ends.send(joined.client(), 2, 1);
            assertTrue(ends.client.replayBytes() > 0);
            ends.resume(MemoryLink.pair("next", 100));
            assertArrayEquals(new byte[] {1}, Ends.receive(joined.server()));
            assertArrayEquals(new byte[] {2}, Ends.receive(joined.server()));
            Waiting.until("all acknowledged", () -> ends.client.replayBytes() == 0);
        }
    }

    @Test
    void aNewLinkSupersedesOneThatStillLooksAlive() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            ends.link.server().isolate();
            Ends.send(joined.client(), 4, 4);
            ends.link.client().abort();
            Waiting.until("client noticed", () -> !ends.client.isAttached());
            assertTrue(ends.server.isAttached(), "half-open");
            ends.resume(MemoryLink.pair("next", 100));
            assertEquals(4, Ends.receive(joined.server()).length);
            assertEquals(1, ends.counters.superseded.sum());
        }
    }

    @Test
    void twoBigBacklogsDoNotWaitForEachOther() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            ends.link.cutInside();
            Waiting.until("detached", () -> !ends.client.isAttached() && !ends.server.isAttached());
            for (int i = 0; i < 100; i++) {
                Ends.send(joined.client(), 1, 1000);
                Ends.send(joined.server(), 2, 1000);
            }
            ends.resume(MemoryLink.pair("narrow", 1));
            for (int i = 0; i < 100; i++) {
                assertEquals(1000, Ends.receive(joined.server()).length);
                assertEquals(1000, Ends.receive(joined.client()).length);
            }
        }
    }

    @Test
    void endsAfterItsGracePeriod() throws Exception {
        try (Ends ends = new Ends(Features.ALL, Ends.LIMITS, Duration.ofMillis(20))) {
            Ends.Joined joined = ends.join();
            ends.link.cutInside();
            assertTrue(ends.awaitEnd().contains("not resumed"));
            assertTrue(ends.awaitEnd().contains("not resumed"));
            assertThrows(ChannelException.class, joined.client()::receive);
            assertEquals(0, ends.client.channelCount());
            assertFalse(ends.client.prepareResume(MemoryLink.pair("late", 1).client()));
            assertThrows(ChannelException.class, ends::open);
        }
    }

    @Test
    void withoutTheFeatureThereIsOneLink() throws Exception {
        try (Ends ends = new Ends(WITHOUT_RESUME)) {
            Ends.Joined joined = ends.join();
            assertFalse(ends.server.prepareResume(MemoryLink.pair("uninvited", 1).server(), ends.client.received()));
            assertTrue(ends.server.isAttached());
            ends.link.cut();
            assertTrue(ends.awaitEnd().contains("connection lost"));
            assertThrows(ChannelException.class, joined.server()::receive);
            assertThrows(ChannelException.class, joined.client()::receive);
        }
    }

    // --- attempts that come late -------------------------------------------------------------------------------------------

    @Test
    void anAttemptThatWasOvertakenDoesNoHarm() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            Waiting.until("all acknowledged", () -> ends.server.replayBytes() == 0);
            MemoryLink.Pair late = MemoryLink.pair("late", 1);
            assertThrows(IOException.class, () -> ends.server.prepareResume(late.server(), 0));
            assertTrue(ends.server.isAttached(), "the present link goes on");
            Ends.send(joined.client(), 1, 1);
            assertEquals(1, Ends.receive(joined.server()).length);
        }
    }

    @Test
    void ofTwoAttemptsTheNewerWins() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            MemoryLink.Pair older = MemoryLink.pair("older", 1);
            assertTrue(ends.server.prepareResume(older.server(), ends.client.received()));
            ends.resume(MemoryLink.pair("newer", 100));
            Ends.send(joined.client(), 1, 1);
            assertEquals(1, Ends.receive(joined.server()).length);
            assertThrows(IOException.class, () -> ends.server.resume(older.server(), 0));
            assertTrue(ends.server.isAttached());
            Ends.send(joined.server(), 2, 2);
            assertEquals(2, Ends.receive(joined.client()).length);
        }
    }

    /** Its peer may have been told already that it is the one, and must not wait for an answer that never comes. */
    @Test
    void theAttemptThatLosesIsCut() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            MemoryLink.Pair loser = MemoryLink.pair("loser", 1);
            MemoryLink.Pair winner = MemoryLink.pair("winner", 1);
            assertTrue(ends.server.prepareResume(loser.server(), 0));
            assertTrue(ends.server.prepareResume(winner.server(), 0));
            assertThrows(IOException.class, loser.client()::receive);
            assertThrows(IOException.class, () -> ends.server.resume(loser.server(), 0));
            ends.server.resume(winner.server(), 0);
            assertTrue(ends.server.isAttached());
        }
    }

    @Test
    void anAcknowledgementThatWasOvertakenDoesNoHarm() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            Waiting.until("all acknowledged", () -> ends.client.replayBytes() == 0);
            inject(ends, new Message.Ack(0, 0));
            Ends.send(joined.server(), 1, 1);
            assertEquals(1, Ends.receive(joined.client()).length);
        }
    }

    // --- peers that lie ------------------------------------------------------------------------------------------------------

    @Test
    void acknowledgingWhatWasNeverSentEndsTheSession() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            ends.join();
            inject(ends, new Message.Ack(1_000_000, 0));
            assertTrue(ends.awaitEnd().contains("not sent"));
            assertFalse(ends.client.isAlive());
        }
    }

    @Test
    void claimingToHaveReceivedWhatWasNeverSentEndsTheResume() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            MemoryLink next = MemoryLink.pair("next", 1).client();
            assertTrue(ends.client.prepareResume(next));
            assertThrows(IOException.class, () -> ends.client.resume(next, Long.MAX_VALUE));
            assertFalse(ends.client.isAlive());
        }
    }

    @Test
    void aPeerThatAsksAndTakesNoAnswerIsGivenUp() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            MemoryLink flooder = ends.link.server();
            ends.link.server().freeze();
            String why = CompletableFuture.supplyAsync(() -> floodUntilEnd(ends, flooder), Thread::startVirtualThread).get();
            assertTrue(why.contains("answers"), why);
        }
    }

    @Test
    void answersThatNobodyTakesEndTheSessionSoonerWhenMemoryIsShort() throws Exception {
        MemoryBudget budget = new MemoryBudget(1 << 20);
        try (Ends ends = new Ends(Features.ALL, Ends.LIMITS.withMemory(budget), MINUTE)) {
            MemoryLink flooder = ends.link.server();
            flooder.freeze();
            CompletableFuture.runAsync(() -> floodUntilEnd(ends, flooder), Thread::startVirtualThread).get();
            assertTrue(ends.client.received() < (1 << 20) / MemoryBudget.POSTED, () -> ends.client.received() + " answered");
            assertFalse(ends.client.isAlive());
        }
    }

    /** Every Connect is refused, and no refusal is read. */
    private static String floodUntilEnd(Ends ends, MemoryLink flooder) {
        try {
            while (ends.ended.isEmpty()) {
                flooder.send(MessageWriter.write(
                        new Message.Connect(Transport.TCP, UUID.randomUUID(), new Endpoint("h", 1))));
            }
        } catch (IOException e) {
            System.getLogger("test").log(System.Logger.Level.TRACE, "link ended", e);
        }
        return ends.ended.peek();
    }

    @Test
    void unknownAndUnfitMessagesAreCountedAndIgnored() throws Exception {
        // Windows that can't grow, or a slow machine would look like a long path and the server might send more Credit.
        SessionLimits fixed = Ends.LIMITS.withWindows(1 << 20, 1 << 20, 16 << 20);
        try (Ends ends = new Ends(Features.ALL, fixed, MINUTE)) {
            Ends.Joined joined = ends.join();
            long received = ends.client.received();
            ends.server.post(new Message.Fin(UUID.randomUUID()));
            ends.server.post(new Message.Credit(UUID.randomUUID(), 1));
            ends.server.post(new Message.Disconnect(UUID.randomUUID(), ""));
            Waiting.until("all are ignored", () -> ends.counters.ignoredMessages.sum() == 3);
            Ends.send(joined.server(), 1, 1);
            assertEquals(1, Ends.receive(joined.client()).length);
            assertEquals(received + 4, ends.client.received());
        }
    }

    /** A peer that has refused a channel has nothing to close, however early it answers. */
    @Test
    void aRefusedChannelIsNotDisconnected() throws Exception {
        try (Ends ends = new Ends(Features.NONE)) {
            ends.link.client().script(new MemoryLink.Script() {
                @Override
                public boolean onSend(int number) {
                    return true;
                }

                @Override
                public void onSent(int number) {
                    if (number == 1) {
                        Waiting.until("asked for", () -> !ends.accepted.isEmpty());
                        ends.accepted.remove().refuse("not today");
                        Waiting.until("refused", () -> ends.client.channelCount() == 0);
                    }
                }
            });
            assertTrue(ends.open().isAnswered());
            Ends.Joined next = ends.join();
            // Posted behind whatever the first channel has posted.
            next.client().close("");
            Waiting.until("closed", () -> next.server().isClosed());
            assertEquals(0, ends.counters.ignoredMessages.sum());
        }
    }

    // --- memory --------------------------------------------------------------------------------------------------------------

    @Test
    void manyPeersThatAcknowledgeNothingDoNotUseUpTheMemory() throws Exception {
        MemoryBudget budget = new MemoryBudget(16 << 20);
        long share = budget.share(this);
        SessionLimits limits = Ends.LIMITS.withMemory(budget).withWindows(1 << 20, 1 << 20, 16 << 20);
        List<Ends> all = new ArrayList<>();
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Ends ends = new Ends(Features.ALL, limits, MINUTE);
            all.add(ends);
            Ends.Joined joined = ends.join();
            ends.link.client().isolate();
            senders.add(Thread.ofVirtual().start(() -> sendForEver(joined.client())));
        }
        // A sender may also park for a moment before it has sent all that it may.
        Waiting.until("all have their least share in flight",
                () -> all.stream().allMatch(ends -> ends.client.replayBytes() >= MemoryBudget.MIN_OVERDRAWN));
        senders.forEach(Waiting::untilParked);
        long kept = all.stream().mapToLong(ends -> ends.client.replayBytes()).sum();
        long least = all.size() * (MemoryBudget.MIN_SHARE + 2000L);
        assertTrue(kept <= share + least, kept + " bytes");
        all.forEach(Ends::close);
        Waiting.until("all memory given back", () -> budget.used() == 0 && budget.share(this) == share);
    }

    // --- ends on purpose -----------------------------------------------------------------------------------------------------

    @Test
    void theEndIsToldAndFinal() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            ends.server.close(1001, "server stops");
            assertEquals("server stops", ends.awaitEnd());
            assertEquals("server stops", ends.awaitEnd());
            assertEquals("server stops",
                    assertThrows(ChannelException.class, joined.client()::receive).getMessage());
            assertFalse(ends.client.isAlive());
        }
    }

    @Test
    void aPeerThatSaysItIsOverAndStaysIsCut() throws Exception {
        MemoryLink.Pair link = MemoryLink.pair("test", 100);
        Session session = new Session(link.server(), new NegotiatedParameters(Features.ALL, new UUID(7, 7), 1000, MINUTE),
                Ends.LIMITS,
                new SessionCounters(), ChannelAcceptor.refuseAll("not here"), message -> { });
        link.client().send(MessageWriter.write(new Message.End("enough")));
        assertThrows(IOException.class, () -> session.run(link.server()));
        assertThrows(IOException.class, () -> link.client().receive());
    }

    @Test
    void aPeerThatDoesNotReadDoesNotHoldUpTheEnd() throws Exception {
        try (Ends ends = new Ends(Features.ALL, Ends.LIMITS, MINUTE)) {
            Ends.Joined joined = ends.join();
            ends.link.client().freeze();
            Thread bulk = Thread.ofVirtual().start(() -> sendForEver(joined.server()));
            Waiting.untilParked(bulk);
            Thread closer = Thread.ofVirtual().start(() -> ends.server.close(1001, "server stops"));
            assertTrue(closer.join(Duration.ofMinutes(1)));
            bulk.join();
            assertFalse(ends.server.isAlive());
        }
    }

    private static void sendForEver(Channel channel) {
        try {
            while (true) {
                Ends.send(channel, 1, 1000);
            }
        } catch (IOException e) {
            return;
        }
    }

    /** The message was counted as received, so a session that went on would have a hole. */
    @Test
    void endsWhenAMessageCouldNotBeHandedOn() throws Exception {
        MemoryLink.Pair link = MemoryLink.pair("test", 10);
        Session session = new Session(link.server(), new NegotiatedParameters(Features.ALL, new UUID(1, 1), 1000, MINUTE),
                SessionLimits.DEFAULT, new SessionCounters(), channel -> {
                    throw new IllegalStateException("test");
                }, message -> {});
        link.client().send(MessageWriter.write(
                new Message.Connect(Transport.TCP, new UUID(2, 2), new Endpoint("target.example", 80))));
        assertThrows(IllegalStateException.class, () -> session.run(link.server()));
        assertFalse(session.isAlive());
    }

    @Test
    void theEndDoesNotWaitForAReaderThatWaitsForAChannel() throws Exception {
        SessionLimits patient = new SessionLimits(10, 100, 10, Duration.ofHours(1), MINUTE, Duration.ofHours(1),
                Duration.ofHours(1), 1000, 1000,
                0, 1 << 20, MemoryBudget.OF_PROCESS);
        try (Ends ends = new Ends(new Features(true, false, true, true, true), patient, MINUTE)) {
            Ends.Joined joined = ends.join();
            for (int i = 0; i < 5; i++) {
                Ends.send(joined.client(), 1, 100);
            }
            Thread closer = Thread.ofVirtual().start(() -> ends.server.close(1001, "server stops"));
            assertTrue(closer.join(Duration.ofMinutes(1)));
        }
    }

    /** Both count, so both have to leave out the same ones. */
    @Test
    void whatHasNoNumberIsNotCounted() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            ends.link.client().send(MessageWriter.write(new Message.Begin(new UUID(7, 7), 0, 1)));
            ends.link.client().send(MessageWriter.write(new Message.Begun(new UUID(7, 7), 0)));
            ends.link.client().send(MessageWriter.write(new Message.Ack(0, 0)));
            ends.link.client().send(MessageWriter.write(new Message.Partners(1)));
            Waiting.until("all read", () -> ends.counters.ignoredMessages.sum() == 3);
            assertEquals(1, ends.server.received());
        }
    }

    @Test
    void messagesOfExtensionsMeanNothingWithoutThem() throws Exception {
        try (Ends ends = new Ends(Features.NONE)) {
            Ends.Joined channel = ends.join();
            ends.link.client().send(MessageWriter.write(new Message.End("over")));
            ends.link.client().send(MessageWriter.write(new Message.Ack(9, 0)));
            ends.link.client().send(MessageWriter.write(new Message.Fin(channel.client().id())));
            Waiting.until("all read", () -> ends.counters.ignoredMessages.sum() == 3);
            Ends.send(channel.client(), 1, 10);
            assertEquals(10, Ends.receive(channel.server()).length);
        }
    }

    /** A peer that closes at once what it opens would otherwise have any number of targets dialled at a time. */
    @Test
    void aChannelCountsAsLongAsItsTargetIsSought() throws Exception {
        try (Ends ends = new Ends(Features.ALL, Ends.LIMITS.withChannels(2), MINUTE)) {
            for (int i = 0; i < 2; i++) {
                ends.open().close("");
            }
            Channel sought = ends.accept();
            Waiting.until("both closed", () -> ends.server.channelCount() == 0);
            Channel third = ends.open();
            assertThrows(ChannelException.class, () -> third.awaitConfirmation(MINUTE));
            sought.refuse("not found");
            sought.refuse("once more");
            ends.accept();
            Channel fourth = ends.open();
            ends.accept().confirm();
            fourth.awaitConfirmation(MINUTE);
        }
    }

    /** A connector could make a provider's session keep any number of them otherwise. */
    @Test
    void opensNoChannelsWhileThePeerAcknowledgesTooFew() throws Exception {
        MemoryBudget budget = new MemoryBudget(1 << 20);
        try (Ends ends = new Ends(Features.ALL, Ends.LIMITS.withMemory(budget), MINUTE)) {
            ends.link.client().isolate();
            String why = assertThrows(ChannelException.class, () -> {
                for (int i = 0; i < 10_000; i++) {
                    ends.open().close("");
                }
            }).getMessage();
            assertEquals(Inbox.SHORT_OF_MEMORY, why);
            assertTrue(ends.client.isAlive());
        }
    }

    /** The threads that dial are there for a while, and no channel is left that could be charged for them. */
    @Test
    void aPeerThatClosesWhatItOpensDoesNotUseUpTheMemory() throws Exception {
        MemoryBudget budget = new MemoryBudget(1 << 20);
        try (Ends ends = new Ends(Features.ALL, Ends.LIMITS.withMemory(budget), MINUTE)) {
            List<Channel> sought = new ArrayList<>();
            while (sought.size() < budget.limit() / 4 / MemoryBudget.ABANDONED) {
                ends.open().close("");
                sought.add(ends.accept());
                Waiting.until("closed", () -> ends.server.channelCount() == 0);
            }
            Channel refused = ends.open();
            assertThrows(ChannelException.class, () -> refused.awaitConfirmation(MINUTE));
            assertTrue(ends.accepted.isEmpty());
            sought.forEach(channel -> channel.refuse("not found"));
            Channel next = ends.open();
            ends.accept().confirm();
            next.awaitConfirmation(MINUTE);
        }
    }
}
