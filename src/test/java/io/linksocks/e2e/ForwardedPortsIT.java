package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.AccessRules;
import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksException;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.util.QuietPort;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ports that lead to fixed targets. */
@Timeout(240)
class ForwardedPortsIT {
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final byte[] QUESTION = "are you there?".getBytes(StandardCharsets.UTF_8);

    private static void checkEcho(InetSocketAddress forward) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(forward);
            socket.getOutputStream().write(QUESTION);
            socket.shutdownOutput();
            assertArrayEquals(QUESTION, socket.getInputStream().readAllBytes());
        }
    }

    private static String ask(DatagramSocket socket, InetSocketAddress forward, String question) throws IOException {
        socket.setSoTimeout(TIMEOUT_MILLIS);
        byte[] bytes = question.getBytes(StandardCharsets.UTF_8);
        socket.send(new DatagramPacket(bytes, bytes.length, forward));
        DatagramPacket answer = new DatagramPacket(new byte[100], 100);
        socket.receive(answer);
        assertEquals(forward, answer.getSocketAddress());
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientForwards(boolean fastOpen) throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo); Targets.Udp udp = new Targets.Udp("127.0.0.1");
                Tunnels tunnels = Tunnels.forward(builder -> builder.fastOpen(fastOpen)
                        .forward("0:localhost:" + echo.port())
                        .forward("[::1]:0:127.0.0.1:" + echo.port())
                        .forward("udp/0:localhost:" + udp.port()))) {
            List<InetSocketAddress> ports = tunnels.client.forwardAddresses();
            assertEquals(3, ports.size());
            checkEcho(ports.get(0));
            checkEcho(ports.get(1));
            try (DatagramSocket first = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
                    DatagramSocket second = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
                for (int i = 0; i < 20; i++) {
                    assertEquals("first " + i, ask(first, ports.get(2), "first " + i));
                    assertEquals("second " + i, ask(second, ports.get(2), "second " + i));
                }
            }
        }
    }

    @Test
    void aReverseTokenForwards() throws Exception {
        int port = QuietPort.next();
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo); Network network = new Network()) {
            network.server.addReverseToken(ReverseTokenOptions.builder().token(Network.PROVIDER_TOKEN)
                    .forwards(List.of(port + ":127.0.0.1:" + echo.port())).build());
            network.provider();
            InetSocketAddress forward = new InetSocketAddress("127.0.0.1", port);
            Await.until("port open", () -> isOpen(forward));
            checkEcho(forward);
            assertTrue(network.server.removeToken(Network.PROVIDER_TOKEN));
            Await.until("port closed", () -> !isOpen(forward));
        }
    }

    /** The echo shows what the target got: the header, then the client's bytes. */
    private static void checkProxyHeader(InetSocketAddress forward, String head) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(forward);
            socket.getOutputStream().write(QUESTION);
            socket.shutdownOutput();
            String address = HexFormat.of().formatHex(forward.getAddress().getAddress());
            String ports = HexFormat.of().toHexDigits((short) socket.getLocalPort())
                    + HexFormat.of().toHexDigits((short) forward.getPort());
            assertEquals("0d0a0d0a000d0a515549540a" + head + address + address + ports + HexFormat.of().formatHex(QUESTION),
                    HexFormat.of().formatHex(socket.getInputStream().readAllBytes()));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theTargetLearnsWhoseConnectionItGets(boolean fastOpen) throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Tunnels tunnels = Tunnels.forward(builder -> builder.fastOpen(fastOpen)
                        .forward("0:127.0.0.1:" + echo.port() + ",proxy=v2")
                        .forward("[::1]:0:127.0.0.1:" + echo.port() + ",proxy=v2"))) {
            checkProxyHeader(tunnels.client.forwardAddresses().getFirst(), "2111000c");
            checkProxyHeader(tunnels.client.forwardAddresses().getLast(), "21210024");
        }
    }

    @Test
    void theTargetOfAReverseTokenLearnsWhoseConnectionItGets() throws Exception {
        int port = QuietPort.next();
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo); Network network = new Network()) {
            network.server.addReverseToken(ReverseTokenOptions.builder().token(Network.PROVIDER_TOKEN)
                    .forwards(List.of(port + ":127.0.0.1:" + echo.port() + ",proxy=v2")).build());
            network.provider();
            InetSocketAddress forward = new InetSocketAddress("127.0.0.1", port);
            Await.until("port open", () -> isOpen(forward));
            checkProxyHeader(forward, "2111000c");
        }
    }

    private static boolean isOpen(InetSocketAddress address) {
        try (Socket probe = new Socket(address.getAddress(), address.getPort())) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aPortThatIsTakenIsNamedWithTheCure() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")); Network network = new Network()) {
            String forward = taken.getLocalPort() + ":a:1";
            String hint = "choose another port or address in forward 127.0.0.1:" + forward;
            IOException early = assertThrows(IOException.class,
                    () -> network.server.addReverseToken(ReverseTokenOptions.builder().forwards(List.of(forward)).build()));
            assertTrue(early.getMessage().startsWith("can't listen on 127.0.0.1:" + taken.getLocalPort())
                    && early.getMessage().endsWith(hint), early.getMessage());
            try (LinkSocksClient client = Tunnels.clientOf(1).socksNoWait(true).forward(forward).build()) {
                LinkSocksException late = assertThrows(LinkSocksException.class, client::start);
                assertEquals(early.getMessage(), late.getMessage());
            }
        }
    }

    @Test
    void rulesHoldForForwardsToo() throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo); Targets.Udp udp = new Targets.Udp("127.0.0.1");
                Targets.Udp other = new Targets.Udp("127.0.0.1");
                Tunnels tunnels = Tunnels.forward(builder -> builder
                        .accessRules(AccessRules.parse(List.of("127.0.0.1:" + udp.port())))
                        .forward("0:127.0.0.1:" + echo.port())
                        .forward("udp/0:127.0.0.1:" + other.port())
                        .forward("udp/0:127.0.0.1:" + udp.port()));
                DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            List<InetSocketAddress> ports = tunnels.client.forwardAddresses();
            assertThrows(IOException.class, () -> checkEcho(ports.get(0)));
            socket.send(new DatagramPacket(QUESTION, QUESTION.length, ports.get(1)));
            assertEquals("allowed", ask(socket, ports.get(2), "allowed"));
        }
    }

    /** A connection that comes to nothing must not look like one that was answered with nothing. */
    @Test
    void whereThereIsNoWayTheConnectionIsReset() throws Exception {
        try (Tunnels tunnels = Tunnels.forward(builder -> builder.forward("0:127.0.0.1:1"))) {
            assertThrows(IOException.class, () -> checkEcho(tunnels.client.forwardAddresses().getFirst()));
        }
    }

    @Test
    void aProviderHasNothingToForward() {
        assertThrows(IllegalStateException.class, () -> LinkSocksClient.builder().provider().forward("1:a:1").build());
    }
}
