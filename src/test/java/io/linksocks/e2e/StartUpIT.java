package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.cli.Main;
import io.linksocks.client.LinkSocksClient;
import java.io.BufferedReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process does before it is of use. */
@Timeout(240)
class StartUpIT {
    private static final Pattern LISTENING = Pattern.compile("WebSocket port open on 127\\.0\\.0\\.1:(\\d+)");
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    /**
     * The first hashCode, equals or toString of a record makes the JDK generate code: 10 ms of CPU time at each start, and as
     * much again to compile the generator. The JDK's WebSocket client does so itself, so this watches the server.
     */
    @Test
    void aServerStartsAndEchoesWithoutGeneratedMethodsOfRecords() throws Exception {
        Path loaded = folder.resolve("loaded");
        String classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + loaded, "-cp", classes, Main.class.getName(), "server", "-H", "127.0.0.1", "-P", "0",
                "-t", Tunnels.TOKEN).redirectErrorStream(true).start();
        try (BufferedReader out = process.inputReader()) {
            Matcher line = LISTENING.matcher("");
            while (!line.find()) {
                line.reset(out.readLine());
            }
            echoThrough(Integer.parseInt(line.group(1)));
            process.destroy();
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
        String log = Files.readString(loaded);
        assertTrue(log.contains(" io.linksocks.session.Session source"), log);
        assertFalse(log.contains(" java.lang.runtime.ObjectMethods source"), log);
    }

    private static void echoThrough(int port) throws Exception {
        try (LinkSocksClient client = Tunnels.clientOf(port).build();
                Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            client.start();
            client.awaitReady(READY_LIMIT);
            try (Socket socket = client.socketFactory().createSocket("127.0.0.1", echo.port())) {
                socket.getOutputStream().write(1);
                assertEquals(1, socket.getInputStream().read());
            }
        }
    }
}
