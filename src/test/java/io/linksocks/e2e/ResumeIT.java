package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.server.LinkSocksServer;
import io.linksocks.wire.WireSettings;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that outlive the WebSocket under them, and those that can't. */
@Timeout(240)
class ResumeIT {
    private static final long BULK = 256 << 20;
    private static final int TALKERS = 20;
    private static final int CUTS = 100;
    private static final int ROUNDS = 20;

    // --- cut again and again -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void survivesManyCutsWhileOthersTalk(boolean down) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (Relayed network = new Relayed();
                Targets.Tcp bulk = new Targets.Tcp("127.0.0.1", down ? Targets::give : Targets::take);
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CUTS; i++) {
                network.relay.cutAfter(1 + random.nextInt((int) (BULK / CUTS)));
            }
            List<Future<?>> talkers = new ArrayList<>();
            for (int i = 0; i < TALKERS; i++) {
                talkers.add(workers.submit(() -> talk(network, echo, seed)));
            }
            network.relay.cutAll();
            Callable<Long> transfer = () -> down
                    ? ForwardIT.download(network.socks(), bulk.port(), seed, BULK)
                    : ForwardIT.upload(network.socks(), bulk.port(), seed, BULK);
            assertEquals(BULK, workers.submit(transfer).get(), "seed " + seed);
            for (Future<?> talker : talkers) {
                talker.get();
            }
            assertTrue(network.relay.cuts() >= CUTS - 1, () -> network.relay.cuts() + " cuts, seed " + seed);
        }
    }

    private static Void talk(Relayed network, Targets.Tcp echo, long seed) throws IOException {
        try (Socket socket = network.echo(echo)) {
            for (int round = 0; round < ROUNDS; round++) {
                Relayed.checkEcho(socket, round, "seed " + seed);
            }
        }
        return null;
    }

    /** The first bytes of a connection are the HTTP handshake, the token, Begin and Begun: each gets its cut. */
    @Test
    void survivesCutsWithinTheHandshakeOfTheResume() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (Relayed network = new Relayed();
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket socket = network.echo(echo)) {
            for (int i = 0; i < 8; i++) {
                network.relay.cutAfter(1 + random.nextInt(700));
            }
            network.relay.cutAll();
            for (int round = 0; round < ROUNDS; round++) {
                Relayed.checkEcho(socket, round, "seed " + seed);
            }
            Await.until("all cuts have come", () -> network.relay.connections() > 8);
            Relayed.checkEcho(socket, seed, "seed " + seed);
        }
    }

    // --- connections that still look alive -----------------------------------------------------------------------------------

    @Test
    void supersedesAConnectionThatTheServerStillBelievesIn() throws Exception {
        try (Relayed network = new Relayed();
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket socket = network.echo(echo)) {
            for (int round = 0; round < 5; round++) {
                network.relay.leaveServerHalfOpen();
                Relayed.checkEcho(socket, round, "round " + round);
            }
        }
    }

    /** Both ends are stuck in the middle of a write when the client gives up. */
    @Test
    void supersedesAConnectionWhoseWriterIsStuck() throws Exception {
        try (Relayed network = new Relayed();
                Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give);
                Targets.Tcp take = new Targets.Tcp("127.0.0.1", Targets::take);
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket socket = network.echo(echo);
                ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            network.relay.blackhole();
            Future<Long> up = workers.submit(() -> ForwardIT.upload(network.socks(), take.port(), 5, 8 << 20));
            Future<Long> down = workers.submit(() -> ForwardIT.download(network.socks(), give.port(), 6, 8 << 20));
            socket.getOutputStream().write(new byte[1 << 20]);
            network.relay.leaveServerHalfOpen();
            assertEquals(1 << 20, socket.getInputStream().readNBytes(1 << 20).length);
            assertEquals(8 << 20, up.get());
            assertEquals(8 << 20, down.get());
        }
    }

    @Test
    void aConnectionThatIsStuckDoesNotHoldUpTheServersEnd() throws Exception {
        try (Relayed network = new Relayed();
                Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give);
                ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            network.relay.refuse(true);
            workers.submit(() -> ForwardIT.download(network.socks(), give.port(), 1, 1L << 40));
            Await.until("download has begun", () -> give.openConnections() == 1);
            network.relay.blackhole();
            workers.submit(network.server::close).get();
            Await.until("the target is let go", () -> give.openConnections() == 0);
            network.client.close();
        }
    }

    // --- what can't be resumed -------------------------------------------------------------------------------------------------

    @Test
    void aServerThatHasForgottenEndsAllAtOnce() throws Exception {
        try (Relayed network = new Relayed();
                LinkSocksServer other = Relayed.start(UnaryOperator.identity());
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket before = network.echo(echo)) {
            network.relay.redirect(other.port());
            network.relay.cutAll();
            Relayed.assertBroken(before);
            network.echo(echo).close();
        }
    }

    @Test
    void aServerThatStopsEndsAllAtOnce() throws Exception {
        try (Relayed network = new Relayed();
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket before = network.echo(echo)) {
            network.server.close();
            Relayed.assertBroken(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "server", "server's timeout", "client's timeout"})
    void withoutTheFeatureAllEndsWithItsConnection(String where) throws Exception {
        WireSettings off = WireSettings.builder().resume(false).build();
        WireSettings noTime = WireSettings.builder().resumeTimeout(Duration.ZERO).build();
        try (Relayed network = new Relayed(
                        server -> where.equals("server") ? server.wire(off)
                                : where.equals("server's timeout") ? server.wire(noTime) : server,
                        client -> where.equals("client") ? client.wire(off)
                                : where.equals("client's timeout") ? client.wire(noTime) : client);
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket before = network.echo(echo)) {
            network.relay.cutAll();
            Relayed.assertBroken(before);
            network.echo(echo).close();
        }
    }

    @Test
    void endsWhenTheGracePeriodIsOver() throws Exception {
        try (Relayed network = new Relayed(
                        server -> server.wire(WireSettings.builder().resumeTimeout(Duration.ofSeconds(1)).build()),
                        UnaryOperator.identity());
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket before = network.echo(echo)) {
            network.relay.refuse(true);
            network.relay.cutAll();
            Relayed.assertBroken(before);
            Await.until("the server has let go of the target", () -> echo.openConnections() == 0);
            network.relay.refuse(false);
            network.echo(echo).close();
        }
    }

    @Test
    void aRemovedTokenEndsAlsoWhatWaitsForItsClient() throws Exception {
        try (Relayed network = new Relayed();
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket before = network.echo(echo)) {
            network.relay.refuse(true);
            network.relay.cutAll();
            network.server.removeToken(Tunnels.TOKEN);
            Await.until("the server has let go of the target", () -> echo.openConnections() == 0);
            network.relay.refuse(false);
            Relayed.assertBroken(before);
        }
    }
}
