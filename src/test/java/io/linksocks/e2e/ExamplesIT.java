package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.server.AddedReverseToken;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.tls.TestAuthority;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs in docs/examples: they run as docs/library.md says, see only what is exported, and are what it shows. */
@Timeout(240)
class ExamplesIT {
    private static final Path EXAMPLES = Path.of("docs", "examples");
    private static final Path DOCS = Path.of("docs/library.md");
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void theDocumentShowsEveryExampleWordForWord() throws IOException {
        Map<String, String> shown = new TreeMap<>();
        Matcher block = BLOCK.matcher(Files.readString(DOCS));
        while (block.find()) {
            shown.put(className(block.group(1)), block.group(1));
        }
        Map<String, String> written = new TreeMap<>();
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            for (Path file : files.toList()) {
                String source = Files.readString(file);
                written.put(className(source), source);
                assertEquals(className(source) + ".java", file.getFileName().toString());
            }
        }
        assertEquals(written, shown);
    }

    private static String className(String source) {
        Matcher declaration = Pattern.compile("final class (\\w+)").matcher(source);
        assertTrue(declaration.find(), source);
        return declaration.group(1);
    }

    /** Each of the two in a process of its own, as a reader of the document would start them. */
    @Test
    void aServerInAProgramServesAClientInAnother() throws Exception {
        Process server = start("EmbeddedServer");
        try (BufferedReader out = server.inputReader()) {
            String[] announced = out.readLine().split(" ");
            int port = Integer.parseInt(announced[0].substring(announced[0].lastIndexOf(':') + 1));
            Process client = start("Dial", announced[0], announced[1], "localhost", Integer.toString(port));
            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            assertEquals(0, client.waitFor());
            server.outputWriter().close();
            assertEquals(0, server.waitFor());
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void aServerListsWhatItHas() throws Exception {
        Process server = start("Lists");
        Writer in = server.outputWriter();
        try (BufferedReader out = server.inputReader(); Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            String[] announced = out.readLine().split(" ");
            try (LinkSocksClient client = LinkSocksClient.builder().url(announced[0]).token(announced[1]).socks(false)
                    .environmentProxy(false).build()) {
                client.start();
                client.dial("127.0.0.1", echo.port());
                in.write("\n");
                in.flush();
                assertEquals("token laptop, clients: 1", out.readLine());
                assertEquals("client 1 with token laptop", out.readLine());
                assertEquals("channel of client 1 to 127.0.0.1:" + echo.port(), out.readLine());
            }
            in.close();
            assertEquals(0, server.waitFor());
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void aClientTrustsTheServerOfAnExample(@TempDir Path folder) throws Exception {
        TestAuthority authority = new TestAuthority(folder, "authority");
        Path keys = folder.resolve("keys.p12");
        try (OutputStream out = Files.newOutputStream(keys)) {
            char[] password = "changeit".toCharArray();
            TestAuthority.keys(authority.issue("server", "localhost"), password).store(out, password);
        }
        Process program = start("Tls", keys.toString(), "changeit", authority.file().toString());
        assertEquals("connected\n", new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, program.waitFor());
    }

    @Test
    void aDatagramGoesThroughTheTunnelAndIsAnswered() throws Exception {
        try (LinkSocksServer server = Tunnels.startServer(0); Targets.Udp echo = new Targets.Udp("127.0.0.1")) {
            Process program = start("Datagrams", "ws://127.0.0.1:" + server.port(), Tunnels.TOKEN, "127.0.0.1",
                    Integer.toString(echo.port()));
            assertEquals("127.0.0.1:" + echo.port() + " answered hello\n",
                    new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertEquals(0, program.waitFor());
        }
    }

    @Test
    void codeThatKnowsNothingOfItGoesThroughTheTunnel() throws Exception {
        try (LinkSocksServer server = Tunnels.startServer(0)) {
            String page = "http://127.0.0.1:" + server.port() + "/healthz";
            Process program = start("ExistingCode", "ws://127.0.0.1:" + server.port(), Tunnels.TOKEN, page);
            assertEquals("ok\nconnected to 127.0.0.1/<unresolved>:" + server.port() + "\n",
                    new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertEquals(0, program.waitFor());
        }
    }

    @Test
    void aProviderInAProgramReachesTargetsForTheServer() throws Exception {
        try (LinkSocksServer server = Tunnels.startServer(0);
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            AddedReverseToken added = server.addReverseToken(ReverseTokenOptions.DEFAULT);
            Process provider = start("Provider", "ws://127.0.0.1:" + server.port(), added.token());
            InetSocketAddress port = new InetSocketAddress(InetAddress.getLoopbackAddress(), added.port());
            Await.until("the SOCKS port is open", () -> isOpen(port));
            try (Socket socket = new SocksTestClient(port).connect("127.0.0.1", echo.port())) {
                socket.getOutputStream().write(3);
                assertEquals(3, socket.getInputStream().read());
            } finally {
                provider.destroy();
                provider.waitFor();
            }
        }
    }

    private static boolean isOpen(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Process start(String example, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-p", "target/classes", "--add-modules", "io.linksocks", EXAMPLES.resolve(example + ".java").toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
