package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.AccessPolicy;
import io.linksocks.access.AccessRules;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.RelayCounters;
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
import io.linksocks.util.NameLookup;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(240)
class SpliceTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final ChannelOpener NOBODY = new ChannelOpener(new SessionPool(), Duration.ZERO);

    private static final Endpoint TARGET = new Endpoint("target.example", 80);

    private final MemoryLink.Pair link = MemoryLink.pair("test", 100);
    private final BlockingQueue<Thread> splices = new LinkedBlockingQueue<>();

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

    /** A provider behind the server, and their sessions with each other. */
    private static final class Behind {
        final MemoryLink.Pair link;
        /** The channels that the provider was asked for. */
        final BlockingQueue<Channel> dialled = new LinkedBlockingQueue<>();
        final Session provider;
        final Session toProvider;
        final ChannelOpener providers;

        /** @param capacity of the link, in messages */
        Behind(int capacity, NegotiatedParameters parameters, Duration wait) {
            link = MemoryLink.pair("provider", capacity);
            provider = session(link.server(), parameters, dialled::add);
            toProvider = session(link.client(), parameters, ChannelAcceptor.refuseAll("not here"));
            SessionPool pool = new SessionPool();
            pool.add(toProvider);
            providers = new ChannelOpener(pool, wait);
        }
    }

    /** The server's session with the connector. */
    private Session server(NegotiatedParameters parameters, ChannelOpener providers, DestinationGuard guard) {
        return session(link.server(), parameters, channel -> splices.add(Threads.start("splice",
                new Splice(channel, providers, guard, new ClientDials(), Splice.NO_PROVIDER, null)::run)));
    }

    private String refusal(DestinationGuard guard) throws IOException {
        Session connector = session(link.client(), ChannelAcceptor.refuseAll("not here"));
        Session server = server(NegotiatedParameters.BASE, NOBODY, guard);
        try {
            Channel channel = connector.open(Transport.TCP, TARGET);
            return assertThrows(ChannelException.class, () -> channel.awaitConfirmation(LONG)).getMessage();
        } finally {
            closeAll(connector, server);
        }
    }

    @Test
    void saysThatThereIsNoProvider() throws IOException {
        assertEquals("no available reverse clients", refusal(DestinationGuard.open()));
    }

    /** Both have no extensions, so the connector's Disconnect looks like the orderly end of a stream. */
    @Test
    void aConnectorThatLeavesEndsTheProvidersDial() throws Exception {
        Behind behind = new Behind(100, NegotiatedParameters.BASE, Duration.ZERO);
        Session connector = session(link.client(), ChannelAcceptor.refuseAll("not here"));
        Session server = server(NegotiatedParameters.BASE, behind.providers, DestinationGuard.open());
        try {
            Channel channel = connector.open(Transport.TCP, TARGET);
            Channel atProvider = behind.dialled.take();
            channel.close("");
            Waiting.until("the provider knows", atProvider::isClosed);
        } finally {
            closeAll(connector, server, behind.toProvider, behind.provider);
        }
    }

    /** Whose rules depend on the addresses of a name. */
    private static DestinationGuard guard(NameLookup names) {
        return new DestinationGuard(() -> new AccessPolicy(AccessRules.NONE, List.of(), true), new RelayCounters(), names, false);
    }

    private static InetAddress[] addresses(String literals) throws UnknownHostException {
        List<InetAddress> found = new ArrayList<>();
        for (String literal : literals.split(" ")) {
            found.add(InetAddress.getByName(literal));
        }
        return found.toArray(InetAddress[]::new);
    }

    /** An interrupt there would close the socket, and cut all who share it. Several addresses have a thread each. */
    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "8.8.8.8 9.9.9.9"})
    void aConnectorThatLeavesWhileItsConnectIsWrittenDoesNotCutTheProvidersLink(String addresses) throws Exception {
        Behind behind = new Behind(2, NegotiatedParameters.BASE, Duration.ZERO);
        Session connector = session(link.client(), ChannelAcceptor.refuseAll("not here"));
        Session server = server(NegotiatedParameters.BASE, behind.providers,
                guard((target, timeout) -> addresses(target.isLiteral() ? target.host() : addresses)));
        try {
            CountDownLatch writing = new CountDownLatch(1);
            behind.link.client().script(number -> {
                if (number == 3) {
                    writing.countDown();
                }
                return true;
            });
            behind.link.server().freeze();
            behind.toProvider.open(Transport.TCP, TARGET);
            behind.toProvider.open(Transport.TCP, TARGET);
            Channel left = connector.open(Transport.TCP, TARGET);
            writing.await();
            left.close("");
            Waiting.until("the server knows", () -> server.channelCount() == 0);
            Channel stays = connector.open(Transport.TCP, new Endpoint("1.1.1.1", 80));
            // The reader that accepts this one has done all that the end of the other one causes.
            Waiting.until("both are being served", () -> splices.size() == 2);
            behind.link.server().thaw();
            Waiting.until("the provider is asked",
                    () -> behind.dialled.stream().anyMatch(channel -> channel.target().equals(stays.target())));
            assertTrue(behind.toProvider.isAttached());
        } finally {
            closeAll(connector, server, behind.toProvider, behind.provider);
        }
    }

    @Test
    void aConnectorThatLeavesEndsAllDialsOfItsTarget() throws Exception {
        Behind behind = new Behind(100, NegotiatedParameters.BASE, Duration.ZERO);
        Session connector = session(link.client(), ChannelAcceptor.refuseAll("not here"));
        Session server = server(NegotiatedParameters.BASE, behind.providers,
                guard((target, timeout) -> addresses("8.8.8.8 9.9.9.9")));
        try {
            Channel left = connector.open(Transport.TCP, TARGET);
            List<Channel> atProvider = List.of(behind.dialled.take(), behind.dialled.take());
            left.close("");
            Waiting.until("the provider knows", () -> atProvider.stream().allMatch(Channel::isClosed));
            splices.take().join();
        } finally {
            closeAll(connector, server, behind.toProvider, behind.provider);
        }
    }

    private void endsWith(ChannelOpener providers, DestinationGuard guard, Thread.State state) throws Exception {
        Session connector = session(link.client(), ChannelAcceptor.refuseAll("not here"));
        Session server = server(NegotiatedParameters.BASE, providers, guard);
        try {
            Channel left = connector.open(Transport.TCP, TARGET);
            Thread splice = splices.take();
            Waiting.until("it waits", () -> splice.getState() == state);
            left.close("");
            splice.join();
        } finally {
            closeAll(connector, server);
        }
    }

    @Test
    void aConnectorThatLeavesEndsTheWaitForAProvider() throws Exception {
        endsWith(new ChannelOpener(new SessionPool(), Duration.ofDays(1)), DestinationGuard.open(), Thread.State.TIMED_WAITING);
    }

    @Test
    void aConnectorThatLeavesEndsTheLookUpOfItsTarget() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        endsWith(NOBODY, guard((target, timeout) -> {
            try {
                never.await();
                return addresses("8.8.8.8");
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }), Thread.State.WAITING);
    }

    private static void closeAll(Session... sessions) {
        for (Session session : sessions) {
            session.close(1000, "test over");
        }
    }

    // --- the end of one channel is the end of the other, though the target is silent -------------------------------------

    private void endsAtTheProvider(String error, boolean afterFin) throws Exception {
        NegotiatedParameters parameters = new NegotiatedParameters(Features.ALL, new UUID(1, 2), 256 << 10, LONG);
        Behind behind = new Behind(100, parameters, LONG);
        Session connector = session(link.client(), parameters, ChannelAcceptor.refuseAll("not here"));
        Session server = server(parameters, behind.providers, DestinationGuard.open());
        try {
            Channel near = connector.open(Transport.TCP, new Endpoint("127.0.0.1", 80));
            Channel far = behind.dialled.poll(2, TimeUnit.MINUTES);
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
            closeAll(connector, server, behind.toProvider, behind.provider);
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
