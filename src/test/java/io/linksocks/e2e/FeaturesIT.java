package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Message;
import io.linksocks.server.LinkSocksServerBuilder;
import io.linksocks.wire.WireSettings;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers with different extensions work together, and half-close and reset are what they are to TCP. */
@Timeout(240)
class FeaturesIT {
    private static final int SOME = 1 << 20;

    private static LinkSocksClientBuilder without(LinkSocksClientBuilder client, String off) {
        return client.wire(without(off));
    }

    private static LinkSocksServerBuilder without(LinkSocksServerBuilder server, String off) {
        return server.wire(without(off));
    }

    private static WireSettings without(String off) {
        return WireSettings.builder().resume(!off.matches("resume|all")).flowControl(!off.matches("flow|all"))
                .halfClose(!off.matches("fin|all")).fairness(!off.matches("fair|all")).build();
    }

    @ParameterizedTest(name = "client without {0}, server without {1}")
    @CsvSource({
        "nothing, nothing", "all, nothing", "nothing, all", "all, all",
        "resume, nothing", "flow, nothing", "fin, nothing", "fair, nothing",
        "nothing, resume", "nothing, flow", "nothing, fin", "nothing, fair",
        "resume, flow", "flow, fin", "fin, fair", "fair, resume"})
    void everyCombinationWorks(String clientOff, String serverOff) throws Exception {
        String off = clientOff + " " + serverOff;
        try (Relayed network = new Relayed(server -> without(server, serverOff), client -> without(client, clientOff));
                Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give);
                Targets.Tcp take = new Targets.Tcp("127.0.0.1", Targets::take);
                Targets.Tcp count = new Targets.Tcp("127.0.0.1", FeaturesIT::count);
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket survivor = network.echo(echo)) {
            assertEquals(SOME, ForwardIT.download(network.socks(), give.port(), 1, SOME));
            assertEquals(SOME, ForwardIT.upload(network.socks(), take.port(), 2, SOME));
            if (!off.matches(".*(fin|all).*")) {
                checkHalfClose(network.socks(), count);
            }
            network.relay.cutAll();
            if (off.matches(".*(resume|all).*")) {
                Relayed.assertBroken(survivor);
            } else {
                Relayed.checkEcho(survivor, 7, off);
            }
            Await.until("new connections work", () -> canConnect(network, echo));
        }
    }

    /** Without resume, a connection that came just before the cut has every right to fail. */
    private static boolean canConnect(Relayed network, Targets.Tcp echo) {
        try (Socket socket = network.echo(echo)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    // --- half-close ------------------------------------------------------------------------------------------------------------

    /** Takes all there is and only then answers how much it was. */
    private static void count(Socket socket) throws IOException {
        long count = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        new DataOutputStream(socket.getOutputStream()).writeLong(count);
    }

    private static void checkHalfClose(SocksTestClient socks, Targets.Tcp count) throws IOException {
        for (int bytes : new int[] {0, 1, SOME}) {
            try (Socket socket = socks.connect("127.0.0.1", count.port())) {
                socket.getOutputStream().write(new byte[bytes]);
                socket.shutdownOutput();
                assertEquals(bytes, new DataInputStream(socket.getInputStream()).readLong());
                assertEquals(-1, socket.getInputStream().read());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Network.Mode.class)
    void halfCloseWorksInEveryMode(Network.Mode mode) throws Exception {
        try (Network network = Network.of(mode);
                Targets.Tcp count = new Targets.Tcp("127.0.0.1", FeaturesIT::count)) {
            checkHalfClose(network.socks(), count);
            Await.until("the target is let go", () -> count.openConnections() == 0);
        }
    }

    /** The other way round: the target has said all it has to say, and still listens. */
    @Test
    void theClientMayGoOnAfterTheTargetsEnd() throws Exception {
        CompletableFuture<Integer> heard = new CompletableFuture<>();
        try (Tunnels tunnels = Tunnels.forward();
                Targets.Tcp target = new Targets.Tcp("127.0.0.1", socket -> {
                    socket.shutdownOutput();
                    heard.complete(socket.getInputStream().readAllBytes().length);
                });
                Socket socket = tunnels.socks().connect("127.0.0.1", target.port())) {
            assertEquals(-1, socket.getInputStream().read());
            socket.getOutputStream().write(new byte[SOME]);
            socket.shutdownOutput();
            assertEquals(SOME, heard.get());
        }
    }

    // --- reset -----------------------------------------------------------------------------------------------------------------

    @Test
    void theClientSeesTheTargetsReset() throws Exception {
        try (Tunnels tunnels = Tunnels.forward();
                Targets.Tcp target = new Targets.Tcp("127.0.0.1", socket -> {
                    socket.getInputStream().read();
                    socket.setSoLinger(true, 0);
                });
                Socket socket = tunnels.socks().connect("127.0.0.1", target.port())) {
            socket.getOutputStream().write(1);
            Relayed.assertBroken(socket);
        }
    }

    @Test
    void theTargetSeesTheClientsReset() throws Exception {
        CompletableFuture<Integer> seen = new CompletableFuture<>();
        try (Tunnels tunnels = Tunnels.forward();
                Targets.Tcp target = new Targets.Tcp("127.0.0.1", socket -> {
                    try {
                        seen.complete(socket.getInputStream().read());
                    } catch (IOException e) {
                        seen.completeExceptionally(e);
                    }
                })) {
            Socket socket = tunnels.socks().connect("127.0.0.1", target.port());
            socket.setSoLinger(true, 0);
            socket.close();
            Throwable cause = assertThrows(Exception.class, () -> seen.get()).getCause();
            assertTrue(cause instanceof SocketException, () -> "not a reset: " + cause);
        }
    }

    /** The wire has whole seconds (docs/protocol-extensions.md, section 1), and 0 of them would be a promise of nothing. */
    @Test
    void aFractionOfASecondIsOfferedAsAWholeOne() throws Exception {
        try (Network network = new Network(server ->
                server.wire(WireSettings.builder().resumeTimeout(Duration.ofMillis(1)).build()))) {
            String token = network.server.addForwardToken(null);
            try (RawPeer peer = RawPeer.extended(network.server.port(), token, false, Features.ALL)) {
                assertEquals(1, peer.expect(Message.AuthResponse.class).offer().graceSeconds());
            }
        }
    }
}
