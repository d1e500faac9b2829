package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.ClientListener;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Paths that swallow all bytes: without a second connection, nothing would go on before the keepalive's 45 s. */
@Timeout(240)
class RoamingIT {
    private static final int LIMIT_SECONDS = 40;

    @Test
    void aConversationGoesOnBesideABlackHole() throws Exception {
        try (Relayed network = new Relayed();
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket socket = network.echo(echo)) {
            socket.setSoTimeout(LIMIT_SECONDS * 1000);
            for (int round = 1; round <= 3; round++) {
                network.relay.blackhole();
                Relayed.checkEcho(socket, round, "round " + round);
                assertTrue(network.relay.connections() > round);
                assertTrue(network.client.status().resumes() >= round);
            }
        }
    }

    @Test
    void transfersGoOnBesideABlackHole() throws Exception {
        try (Relayed network = new Relayed();
                Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give);
                Targets.Tcp take = new Targets.Tcp("127.0.0.1", Targets::take);
                ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            network.relay.blackholeAfter(8 << 20);
            Future<Long> up = workers.submit(() -> ForwardIT.upload(network.socks(), take.port(), 5, 16 << 20));
            Future<Long> down = workers.submit(() -> ForwardIT.download(network.socks(), give.port(), 6, 16 << 20));
            assertEquals(16 << 20, up.get(LIMIT_SECONDS, TimeUnit.SECONDS));
            assertEquals(16 << 20, down.get(LIMIT_SECONDS, TimeUnit.SECONDS));
            assertTrue(network.relay.connections() > 1, "only part of it fits on the first connection");
        }
    }

    /** No connection can be made any more when the first is lost. */
    @Test
    void aConnectionInReserveTakesThePlaceOfALostOne() throws Exception {
        try (Relayed network = new Relayed(UnaryOperator.identity(), client -> client.standby(true));
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket socket = network.echo(echo)) {
            Await.until("there is one in reserve", () -> network.relay.connections() >= 2);
            network.relay.refuse(true);
            network.relay.cutOldest();
            Relayed.checkEcho(socket, 7, "on the second connection");
            network.relay.refuse(false);
            Await.until("there is another in reserve", () -> network.relay.connections() >= 3);
        }
    }

    /** The first connection stays as it is while there is no second. */
    @Test
    void aServerThatRefusesTheSecondConnectionIsAskedAgain() throws Exception {
        List<String> ended = new CopyOnWriteArrayList<>();
        try (Relayed network = new Relayed(UnaryOperator.identity(), client -> client.listener(new ClientListener() {
            @Override
            public void disconnected(String server, String reason) {
                ended.add(reason);
            }
        }));
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket socket = network.echo(echo)) {
            socket.setSoTimeout(LIMIT_SECONDS * 1000);
            network.relay.refuse(true);
            network.relay.blackhole();
            socket.getOutputStream().write(new byte[Long.BYTES]);
            Await.until("two attempts were refused", () -> network.relay.connections() >= 3);
            assertEquals(List.of(), ended);
            network.relay.refuse(false);
            assertEquals(Long.BYTES, socket.getInputStream().readNBytes(Long.BYTES).length);
            assertEquals(List.of("path lost"), ended);
        }
    }
}
