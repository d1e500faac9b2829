package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.cli.Following;
import io.linksocks.util.QuietPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several tunnels in one process, while the file that describes them changes. */
@Timeout(240)
class RunFileIT {
    private static final int SIZE = 32 << 20;
    private static final long SEED = 20_261_122;

    @TempDir
    Path folder;
    /** What the file has below "clients", by name. */
    private final Map<String, String> clients = new LinkedHashMap<>();
    private int server;
    private int first;
    private int second;
    private Following run;
    private Targets.Tcp give;
    private Targets.Tcp echo;

    @BeforeEach
    void start() throws Exception {
        give = new Targets.Tcp("127.0.0.1", Targets::give);
        echo = new Targets.Tcp("127.0.0.1", Targets::echo);
        server = QuietPort.next();
        first = QuietPort.next();
        second = QuietPort.next();
        clients.put("a", client("a", first));
        clients.put("b", client("b", second));
        write();
        run = new Following(file());
        awaitEcho(first);
        awaitEcho(second);
    }

    @AfterEach
    void stop() throws IOException {
        run.close();
        give.close();
        echo.close();
        assertFalse(run.log().contains("s3cr3t"), run.log());
    }

    private Path file() {
        return folder.resolve("tunnels.json");
    }

    private String client(String password, int socksPort) {
        return """
                "token": "s3cr3t token", "url": "ws://127.0.0.1:%d", "no-env-proxy": true, "reconnect-delay": "100ms",
                "socks-username": "user", "socks-password": "s3cr3t %s", "socks-port": %d,"""
                .formatted(server, password, socksPort);
    }

    private String text() {
        StringBuilder text = new StringBuilder("""
                {
                  "servers": {"s": {"token": "s3cr3t token", "ws-host": "127.0.0.1", "ws-port": %d}},
                  "clients": { // more than one
                """.formatted(server));
        clients.forEach((name, options) -> text.append('"').append(name).append("\": {").append(options).append("},\n"));
        return text.append("}}").toString();
    }

    private void write() throws IOException {
        Files.writeString(file(), text());
    }

    /** As editors and configuration tools do it. */
    private void replace() throws IOException {
        Path other = folder.resolve("tunnels.json.new");
        Files.writeString(other, text());
        Files.move(other, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void change(String name, String options) throws Exception {
        clients.put(name, options);
        write();
        run.look(false);
    }

    private static SocksTestClient socks(String password, int port) {
        return new SocksTestClient(new InetSocketAddress("127.0.0.1", port), "user", "s3cr3t " + password);
    }

    private void awaitEcho(int port) {
        String password = port == first ? "a" : "b";
        Await.until("port " + port, () -> echoes(password, port));
    }

    private boolean echoes(String password, int port) {
        try (Socket socket = socks(password, port).connect("127.0.0.1", echo.port())) {
            socket.getOutputStream().write(1);
            return socket.getInputStream().read() == 1;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** A download that stands still in the middle of its bytes, so that it takes as long as the test wants. */
    private Socket beginDownload() throws IOException {
        Socket socket = socks("a", first).connect("127.0.0.1", give.port());
        socket.getOutputStream().write(ByteBuffer.allocate(16).putLong(SEED).putLong(SIZE).array());
        assertTrue(socket.getInputStream().read() >= 0);
        return socket;
    }

    private static void finishDownload(Socket socket) throws IOException {
        assertEquals(SIZE - 1, socket.getInputStream().readAllBytes().length);
        socket.close();
    }

    @Test
    void whatDoesNotChangeKeepsItsConnections() throws Exception {
        Socket download = beginDownload();
        int third = QuietPort.next();
        change("b", client("b", third));
        Await.until("the new port", () -> echoes("b", third));
        assertFalse(isOpen(second));
        clients.put("c", client("c", second));
        replace();
        run.look(false);
        Await.until("the added client", () -> echoes("c", second));
        clients.remove("c");
        clients.remove("b");
        replace();
        run.look(true);
        assertFalse(isOpen(second));
        assertFalse(isOpen(third));
        finishDownload(download);
        assertLogged("read again: restarted: clients.b; unchanged: 2");
        assertLogged("read again: started: clients.c; unchanged: 3");
        assertLogged("read again: closed: clients.b, clients.c; unchanged: 2");
    }

    @Test
    void aFileWithoutTunnelsSaysSo() throws Exception {
        Files.writeString(file(), "{}");
        run.look(true);
        assertLogged("tunnels.json: there are no tunnels in it; it is read again when it changes");
        assertFalse(isOpen(first));
    }

    @Test
    void tunnelsMaySwapTheirPorts() throws Exception {
        clients.put("a", client("a", second));
        change("b", client("b", first));
        Await.until("the first port", () -> echoes("b", first));
        Await.until("the second port", () -> echoes("a", second));
        assertLogged("restarted: clients.a, clients.b; unchanged: 1");
    }

    /** A server that moves takes its old clients with it: they are told another URL in the same breath. */
    @Test
    void serverAndClientsMoveTogether() throws Exception {
        server = first;
        first = QuietPort.next();
        clients.put("a", client("a", first));
        change("b", client("b", second));
        awaitEcho(first);
        awaitEcho(second);
        assertLogged("restarted: servers.s, clients.a, clients.b; unchanged: 0");
    }

    @Test
    void anInvalidFileChangesNothing() throws Exception {
        Socket download = beginDownload();
        String good = text();
        String[][] edits = {
            {"", "tunnels.json: empty"},
            {good.substring(0, good.length() - 1), "unexpected end"},
            {good.replaceFirst("\"socks-port\"", "\"socksport\""),
                    "line 5: clients.a.socksport: unknown; the nearest is socks-port"},
            {good.replace("\"b\":", "\"b\": {\"socks-port\": " + first + "}, \"c\":"), "line 6: clients.b.socks-port: " + first
                    + " is that of clients.a already"},
            {good.replace("\"s\": {", "\"s\": {\"tls-key\": \"none\", "),
                    "line 2: servers.s: --tls-cert and --tls-key go together"},
        };
        for (String[] edit : edits) {
            int before = run.log().length();
            Files.writeString(file(), edit[0]);
            run.look(false);
            run.look(false);
            String said = run.log().substring(before);
            assertTrue(said.contains(edit[1]) && said.contains("everything stays as it was"), said);
            assertEquals(2, said.lines().filter(line -> line.contains(" ERROR ")).count(), said);
        }
        Files.delete(file());
        run.look(false);
        assertLogged("tunnels.json: no such file");
        assertTrue(echoes("b", second));
        write();
        run.look(false);
        finishDownload(download);
        assertLogged("read again: unchanged: 3");
    }

    @Test
    void whoCannotStartTriesAgainAndDisturbsNobody() throws Exception {
        Socket download = beginDownload();
        int third;
        try (ServerSocket taken = new ServerSocket(QuietPort.next(), 1, InetAddress.getLoopbackAddress())) {
            third = taken.getLocalPort();
            clients.put("c", client("c", third) + "\"socks-no-wait\": true, ");
            change("b", client("b", second).replace("127.0.0.1", "localhost"));
            awaitEcho(second);
            assertLogged(" ERROR clients.c: can't listen on 127.0.0.1:" + third);
            assertLogged("next attempt in 1 s");
        }
        int port = third;
        Await.until("another attempt", () -> echoes("c", port));
        finishDownload(download);
    }

    /** With a file that is missing yet as well, which is no mistake of this one. */
    @Test
    void aHangUpTriesAtOnceWhatHasFailed() throws Exception {
        int third = QuietPort.next();
        change("c", client("c", third).replace("\"token\": \"s3cr3t token\"", "\"token-file\": \"token\""));
        assertLogged(" ERROR clients.c: " + folder.resolve("token") + ": no such file");
        Files.writeString(folder.resolve("token"), "s3cr3t other\n");
        run.look(true);
        Await.until("the refusal", () -> run.log().contains("clients.c: ws://127.0.0.1:" + server + " refused the token"));
        Await.until("a long pause", () -> run.log().contains("next attempt in 1 min"));
        Files.writeString(folder.resolve("token"), "s3cr3t token\n");
        Await.until("another attempt", () -> hangsUpAndEchoes("c", third));
    }

    private boolean hangsUpAndEchoes(String password, int port) {
        try {
            run.look(true);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return echoes(password, port);
    }

    @Test
    void whoIsToldNotToReconnectStaysAway() throws Exception {
        int third = QuietPort.next();
        change("c", client("c", third) + "\"no-reconnect\": true");
        Await.until("the client", () -> echoes("c", third));
        server = QuietPort.next();
        write();
        run.look(false);
        Await.until("its end", () -> run.log().contains("it stays closed until its options change or SIGHUP comes"));
        assertLogged(" ERROR clients.c: connection to ");
        assertFalse(isOpen(third));
    }

    @Test
    void theLogFollowsTheFile() throws Exception {
        Files.writeString(file(), text().replaceFirst("\\{", "{\"debug\": 1,"));
        run.look(false);
        int before = run.log().length();
        assertTrue(echoes("a", first));
        Await.until("a debug line", () -> run.log().substring(before).contains(" DEBUG servers.s: connected "));
    }

    @Test
    void tokensThatAreMadeUpArePrintedWithTheName() throws Exception {
        Files.writeString(file(), "{\"servers\": {\"x\": {\"ws-host\": \"127.0.0.1\", \"ws-port\": 0}}}");
        run.look(false);
        assertTrue(run.log().lines().anyMatch(line -> line.matches("servers\\.x: Token: [0-9a-f]{32}")), run.log());
        assertFalse(isOpen(server));
    }

    private void assertLogged(String text) {
        assertTrue(run.log().contains(text), run.log());
    }
}
