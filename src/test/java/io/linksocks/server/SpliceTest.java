package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Transport;
import io.linksocks.relay.ChannelOpener;
import io.linksocks.relay.ClientDials;
import io.linksocks.relay.SessionPool;
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
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class SpliceTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final ChannelOpener NOBODY = new ChannelOpener(new SessionPool(), Duration.ZERO);

    private final MemoryLink.Pair link = MemoryLink.pair("test", 100);

    private static Session session(MemoryLink link, ChannelAcceptor acceptor) {
        return session(link, NegotiatedParameters.BASE, acceptor);
    }

    private static Session session(MemoryLink link, NegotiatedParameters parameters, ChannelAcceptor acceptor) {
        Session session = new Session(link, parameters, SessionLimits.DEFAULT, new SessionCounters(), acceptor, message -> {});
        Threads.start("session", () -> {
            try {
                session.run(link);
            } catch (IOException e) {
                session.abandon(e.getMessage());
            }
        });
        return session;
    }

    private String refusal(DestinationGuard guard) throws IOException {
        Session connector = session(link.client(), ChannelAcceptor.refuseAll("not here"));
        Session server = session(link.server(), channel -> Threads.start("route",
                new Splice(channel, NOBODY, guard, new ClientDials(), Splice.NO_PROVIDER, null)::run));
        try {
            Channel channel = connector.open(Transport.TCP, new Endpoint("target.example", 80));
            return assertThrows(ChannelException.class, () -> channel.awaitConfirmation(LONG)).getMessage();
        } finally {
            connector.close(1000, "test over");
            server.close(1000, "test over");
        }
    }

    @Test
    void saysThatThereIsNoProvider() throws IOException {
        assertEquals("no available reverse clients", refusal(DestinationGuard.open()));
    }

    /** Both have no extensions, so the connector's Disconnect looks like the orderly end of a stream. */
    @Test
    void aConnectorThatLeavesEndsTheProvidersDial() throws Exception {
        MemoryLink.Pair behind = MemoryLink.pair("provider", 100);
        BlockingQueue<Channel> dialled = new LinkedBlockingQueue<>();
        SessionPool providers = new SessionPool();
        ChannelOpener opener = new ChannelOpener(providers, Duration.ZERO);
        Session provider = session(behind.server(), dialled::add);
        Session toProvider = session(behind.client(), ChannelAcceptor.refuseAll("not here"));
        providers.add(toProvider);
        Session connector = session(link.client(), ChannelAcceptor.refuseAll("not here"));
        Session server = session(link.server(), channel -> Threads.start("route",
                new Splice(channel, opener, DestinationGuard.open(), new ClientDials(), Splice.NO_PROVIDER, null)::run));
        try {
            Channel channel = connector.open(Transport.TCP, new Endpoint("target.example", 80));
            Channel atProvider = dialled.take();
            channel.close("");
            Waiting.until("the provider knows", atProvider::isClosed);
        } finally {
            for (Session session : List.of(connector, server, toProvider, provider)) {
                session.close(1000, "test over");
            }
        }
    }

    // --- the end of one channel is the end of the other, though the target is silent -------------------------------------

    private void endsAtTheProvider(String error, boolean afterFin) throws Exception {
        NegotiatedParameters parameters = new NegotiatedParameters(Features.ALL, new UUID(1, 2), 256 << 10, LONG);
        MemoryLink.Pair toProvider = MemoryLink.pair("provider", 100);
        LinkedBlockingQueue<Channel> dialled = new LinkedBlockingQueue<>();
        SessionPool pool = new SessionPool();
        Session connector = session(link.client(), parameters, ChannelAcceptor.refuseAll("not here"));
        Session server = session(link.server(), parameters, channel -> Threads.start("route",
                new Splice(channel, new ChannelOpener(pool, LONG), DestinationGuard.open(), new ClientDials(), Splice.NO_PROVIDER,
                        null)::run));
        Session towards = session(toProvider.client(), parameters, ChannelAcceptor.refuseAll("not here"));
        Session provider = session(toProvider.server(), parameters, dialled::add);
        pool.add(towards);
        try {
            Channel near = connector.open(Transport.TCP, new Endpoint("127.0.0.1", 80));
            Channel far = dialled.poll(2, TimeUnit.MINUTES);
            far.confirm();
            near.awaitConfirmation(LONG);
            if (afterFin) {
                near.finish();
                assertNull(far.receive());
            }
            near.close(error);
            Waiting.until("the provider's channel has ended", far::isClosed);
            assertEquals(error.isEmpty() ? null : error, far.failure());
        } finally {
            for (Session session : List.of(connector, server, towards, provider)) {
                session.close(1000, "test over");
            }
        }
    }

    @Test
    void aResetReachesAProviderWhoseTargetIsSilent() throws Exception {
        endsAtTheProvider("reset", false);
    }

    @Test
    void aResetAfterFinReachesAProviderWhoseTargetIsSilent() throws Exception {
        endsAtTheProvider("reset", true);
    }

    @Test
    void aDisconnectEndsBothDirectionsAtTheProvider() throws Exception {
        endsAtTheProvider("", false);
    }

    @Test
    void aDisconnectAfterFinEndsBothDirectionsAtTheProvider() throws Exception {
        endsAtTheProvider("", true);
    }
}
