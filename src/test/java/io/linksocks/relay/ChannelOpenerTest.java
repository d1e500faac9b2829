package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Transport;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.ChannelException;
import io.linksocks.session.MemoryLink;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class ChannelOpenerTest {
    private static final Endpoint TARGET = new Endpoint("target.example", 80);
    private static final Claimant NOBODY = new Claimant(null);

    private final SessionPool pool = new SessionPool();
    private final ChannelOpener opener = new ChannelOpener(pool, Duration.ZERO);

    private Session session(int channels) {
        Session session = new Session(MemoryLink.pair("test", 1000).client(), NegotiatedParameters.BASE,
                SessionLimits.DEFAULT.withChannels(channels), new SessionCounters(), ChannelAcceptor.refuseAll("not here"),
                message -> {});
        pool.add(session);
        return session;
    }

    @Test
    void saysWhyTheLastSessionFailed() {
        session(0);
        for (String why : new String[] {
            assertThrows(IOException.class, () -> opener.open(Transport.TCP, TARGET, NOBODY)).getMessage(),
            assertThrows(IOException.class, () -> opener.request(Transport.TCP, TARGET, NOBODY)).getMessage()}) {
            assertEquals("too many channels", why);
        }
    }

    /** It would count for ever among the channels that a session may have. */
    @Test
    void leavesNoChannelBehindWhenItsClaimantFails() {
        Session session = session(1);
        assertThrows(ChannelException.class, () -> opener.open(Transport.TCP, TARGET, new Claimant(null) {
            @Override
            public void opened(Channel channel) throws ChannelException {
                throw new ChannelException("test");
            }
        }));
        assertEquals(0, session.channelCount());
    }

    @Test
    void asksTheNextSessionWhenOneIsFull() throws IOException {
        session(0);
        session(1);
        assertEquals(TARGET, opener.request(Transport.TCP, TARGET, NOBODY).target());
    }

    /** Data that somebody else has had can't be had again, so the reason is the session's. */
    @Test
    void saysWhyAChannelThatWasUsedCameToNothing() {
        Session session = session(1);
        AtomicReference<Channel> used = new AtomicReference<>();
        Claimant claimant = new Claimant(null) {
            @Override
            public void opened(Channel channel) {
                used.set(channel);
                session.close(1001, "server stops");
            }

            @Override
            public boolean withdraws() {
                return false;
            }
        };
        assertEquals("server stops",
                assertThrows(IOException.class, () -> opener.open(Transport.TCP, TARGET, claimant)).getMessage());
        assertEquals(TARGET, used.get().target());
    }

    /** Of a name with several addresses that the rules of this side had to know, the peer may reach only some. */
    @Test
    void takesTheFirstAddressThatAnswersAndGivesUpTheOthers() throws Exception {
        Endpoint dead = new Endpoint("192.0.2.1", 80);
        BlockingQueue<Channel> asked = new LinkedBlockingQueue<>();
        try (SessionPair sessions = new SessionPair(channel -> {
            asked.add(channel);
            if (!channel.target().equals(dead)) {
                Threads.start("confirm", () -> assertDoesNotThrow(channel::confirm));
            }
        })) {
            pool.add(sessions.opener);
            Channel channel = opener.connect(List.of(dead, TARGET), NOBODY);
            assertEquals(TARGET, channel.target());
            assertEquals(dead, asked.peek().target());
            Waiting.until("given up", asked.take()::isClosed);
            assertFalse(channel.isClosed());
        }
    }

    private static SessionPair confirming() {
        return new SessionPair(channel -> Threads.start("confirm", () -> assertDoesNotThrow(channel::confirm)));
    }

    private static SessionPair refusing(String why, AtomicInteger asked) {
        return new SessionPair(channel -> {
            asked.incrementAndGet();
            channel.refuse(why);
        });
    }

    @Test
    void asksAnotherSessionWhenAPeerCantDialAndGoesOnWithThatOne() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (SessionPair bad = refusing("can't dial: proxy is down", asked); SessionPair good = confirming()) {
            pool.add(bad.opener);
            pool.add(good.opener);
            for (int i = 0; i < 20; i++) {
                opener.open(Transport.TCP, TARGET, NOBODY).close("");
            }
            assertEquals(1, asked.get());
        }
    }

    @Test
    void aTargetThatCantBeReachedIsAskedForOnceAndCountsAgainstNobody() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (SessionPair one = refusing("Connection refused", asked); SessionPair two = refusing("Connection refused", asked)) {
            pool.add(one.opener);
            pool.add(two.opener);
            for (int i = 1; i <= 4; i++) {
                assertThrows(IOException.class, () -> opener.open(Transport.TCP, TARGET, NOBODY));
                assertEquals(i, asked.get());
            }
            assertTrue(pool.hasBetterThan(one.opener));
            assertTrue(pool.hasBetterThan(two.opener));
        }
    }

    /** Whoever passes the answer on could dial. */
    @Test
    void saysThatItIsTheOtherSideThatCantDial() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (SessionPair bad = refusing("can't dial: proxy is down", asked)) {
            pool.add(bad.opener);
            for (int i = 1; i <= 3; i++) {
                assertEquals("the other side can't dial: proxy is down",
                        assertThrows(IOException.class, () -> opener.open(Transport.TCP, TARGET, NOBODY)).getMessage());
                assertEquals(i, asked.get());
            }
        }
    }
}
