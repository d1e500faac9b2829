package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Features;
import io.linksocks.protocol.Message;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that know a token and the extensions and mean no good, or are broken; the server goes on serving others. */
@Timeout(240)
class StrangerIT {
    private static final String OTHER_TOKEN = "another token";
    private static final int WINDOW = 1 << 20;
    private static final byte[] HELLO = {1, 2, 3};

    private Tunnels tunnels;
    private Targets.Tcp echo;

    @BeforeEach
    void start() throws Exception {
        tunnels = Tunnels.forward();
        tunnels.server.addForwardToken(OTHER_TOKEN);
        echo = new Targets.Tcp("127.0.0.1", Targets::echo);
    }

    /** However a test ends, an honest client is still served. */
    @AfterEach
    void stop() throws Exception {
        try (Tunnels all = tunnels;
                Targets.Tcp target = echo;
                Socket honest = all.socks().connect("127.0.0.1", target.port())) {
            Relayed.checkEcho(honest, 42, "an honest client");
        }
    }

    private Stranger stranger() throws Exception {
        return new Stranger(tunnels.server.port(), Tunnels.TOKEN, Features.ALL);
    }

    /** A peer on a link of its own that was let in. */
    private record Stranger(RawPeer peer, Message.Offer offer) implements AutoCloseable {
        Stranger(int port, String token, Features features) throws Exception {
            this(RawPeer.extended(port, token, false, features));
        }

        private Stranger(RawPeer peer) throws InterruptedException {
            this(peer, peer.expect(Message.AuthResponse.class).offer());
        }

        /** Returns which session goes on. */
        UUID begin(UUID session, long received) throws Exception {
            peer.send(new Message.Begin(session, received, WINDOW));
            return peer.expect(Message.Begun.class).session();
        }

        Stranger begun() throws Exception {
            assertEquals(offer.session(), begin(offer.session(), 0));
            return this;
        }

        UUID open(Targets.Tcp target) throws Exception {
            UUID channel = peer.connect(new Endpoint("127.0.0.1", target.port()));
            assertTrue(peer.expect(Message.ConnectResponse.class).success());
            return channel;
        }

        void checkEcho(UUID channel) throws Exception {
            peer.sendData(channel, HELLO);
            assertArrayEquals(HELLO, peer.expect(Message.Data.class).payload().toBytes());
        }

        @Override
        public void close() {
            peer.close();
        }
    }

    // --- somebody else's session -----------------------------------------------------------------------------------------------

    @Test
    void aWrongSessionIdOpensANewSession() throws Exception {
        try (Stranger stranger = stranger()) {
            assertEquals(stranger.offer().session(), stranger.begin(UUID.randomUUID(), 0));
            stranger.checkEcho(stranger.open(echo));
        }
    }

    @Test
    void theSessionOfAnotherTokenIsNotResumed() throws Exception {
        try (Stranger owner = stranger().begun()) {
            UUID channel = owner.open(echo);
            UUID session = owner.offer().session();
            try (Stranger thief = new Stranger(tunnels.server.port(), OTHER_TOKEN, Features.ALL)) {
                assertEquals(thief.offer().session(), thief.begin(session, 0));
            }
            owner.checkEcho(channel);
        }
    }

    @Test
    void itsOwnSessionIsResumed() throws Exception {
        UUID session;
        UUID channel;
        try (Stranger first = stranger().begun()) {
            session = first.offer().session();
            channel = first.open(echo);
            first.checkEcho(channel);
            first.peer().abort();
        }
        try (Stranger second = stranger()) {
            assertNotEquals(session, second.offer().session(), "every link is offered another one");
            assertEquals(session, second.begin(session, 2));
            second.checkEcho(channel);
        }
    }

    @Test
    void aSessionWithoutTheFeatureIsNotResumed() throws Exception {
        Features withoutResume = new Features(false, true, true, true, true);
        try (Stranger first = new Stranger(tunnels.server.port(), Tunnels.TOKEN, withoutResume).begun();
                Stranger second = stranger()) {
            UUID channel = first.open(echo);
            assertEquals(second.offer().session(), second.begin(first.offer().session(), 0));
            first.checkEcho(channel);
        }
    }

    // --- lies about what was received ------------------------------------------------------------------------------------------

    @Test
    void acknowledgingWhatWasNeverSentEndsTheSession() throws Exception {
        try (Stranger liar = stranger().begun()) {
            liar.checkEcho(liar.open(echo));
            liar.peer().send(new Message.Ack(1_000_000, 0));
            liar.peer().expectEnd();
            Await.until("the target is let go", () -> echo.openConnections() == 0);
        }
    }

    @Test
    void anImpossibleReceivedIsRefusedAndTheSessionGoesOn() throws Exception {
        try (Stranger owner = stranger().begun()) {
            UUID channel = owner.open(echo);
            try (Stranger liar = stranger()) {
                liar.peer().send(new Message.Begin(owner.offer().session(), 1_000_000, WINDOW));
                liar.peer().expectEnd();
            }
            owner.checkEcho(channel);
        }
    }

    @Test
    void aFirstMessageOtherThanBeginIsRefused() throws Exception {
        try (Stranger hasty = stranger()) {
            hasty.peer().connect(new Endpoint("127.0.0.1", echo.port()));
            hasty.peer().expectEnd();
        }
    }

    @Test
    void beginningTwiceOnALinkChangesNothing() throws Exception {
        try (Stranger stranger = stranger().begun()) {
            UUID channel = stranger.open(echo);
            stranger.peer().send(new Message.Begin(stranger.offer().session(), 1_000_000, WINDOW));
            stranger.checkEcho(channel);
        }
    }

    // --- credit ----------------------------------------------------------------------------------------------------------------

    @Test
    void overdrawingTheCreditEndsTheChannelOnly() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (Targets.Tcp deaf = new Targets.Tcp("127.0.0.1", socket -> await(over));
                Stranger greedy = stranger().begun()) {
            UUID good = greedy.open(echo);
            UUID bad = greedy.open(deaf);
            byte[] piece = new byte[64 << 10];
            while (greedy.peer().seen(Message.Disconnect.class) == null) {
                greedy.peer().sendData(bad, piece);
            }
            Message.Disconnect end = greedy.peer().seen(Message.Disconnect.class);
            assertEquals(bad, end.channel());
            assertTrue(end.error().contains("credit"), end.error());
            greedy.checkEcho(good);
        } finally {
            over.countDown();
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void grantingImpossibleCreditEndsTheChannelOnly() throws Exception {
        try (Stranger generous = stranger().begun()) {
            UUID good = generous.open(echo);
            UUID bad = generous.open(echo);
            generous.peer().send(new Message.Credit(bad, Integer.MAX_VALUE));
            Message.Disconnect end = generous.peer().expect(Message.Disconnect.class);
            assertEquals(bad, end.channel());
            assertTrue(end.error().contains("credit"), end.error());
            generous.checkEcho(good);
        }
    }

    @Test
    void withoutCreditNothingIsSent() throws Exception {
        try (Stranger stingy = stranger()) {
            stingy.peer().send(new Message.Begin(stingy.offer().session(), 0, 0));
            stingy.peer().expect(Message.Begun.class);
            UUID channel = stingy.open(echo);
            stingy.peer().sendData(channel, HELLO);
            stingy.peer().send(new Message.Credit(channel, 1));
            assertArrayEquals(HELLO, stingy.peer().expect(Message.Data.class).payload().toBytes());
        }
    }

    // --- ends ------------------------------------------------------------------------------------------------------------------

    @Test
    void twoFinsOrDataBehindOneHarmNobody() throws Exception {
        try (Stranger stranger = stranger().begun()) {
            UUID good = stranger.open(echo);
            UUID bad = stranger.open(echo);
            stranger.peer().send(new Message.Fin(bad));
            stranger.peer().send(new Message.Fin(bad));
            stranger.peer().sendData(bad, HELLO);
            assertEquals(bad, stranger.peer().expect(Message.Fin.class).channel());
            stranger.checkEcho(good);
        }
    }

    @Test
    void anEndIsFinal() throws Exception {
        try (Stranger first = stranger().begun(); Stranger second = stranger()) {
            first.checkEcho(first.open(echo));
            first.peer().send(new Message.End("that was all"));
            Await.until("the target is let go", () -> echo.openConnections() == 0);
            assertEquals(second.offer().session(), second.begin(first.offer().session(), 0));
        }
    }
}
