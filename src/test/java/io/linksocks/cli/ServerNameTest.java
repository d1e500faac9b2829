package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.tls.TestAuthority;
import java.io.BufferedReader;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS clients name the server as people named it; the setting for that is the process's, so there is a process for it. */
@Timeout(240)
class ServerNameTest {
    private static final Pattern PORT = Pattern.compile("WebSocket port open on 127\\.0\\.0\\.1:([0-9]+)");
    private static final int HANDSHAKE_RECORD = 22;

    @TempDir
    Path folder;

    /** What a client sends first, with a name that the JDK would not send. */
    private static byte[] hello(String name) throws Exception {
        String placeholder = "x".repeat(name.length());
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(placeholder)));
        engine.setSSLParameters(parameters);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        String text = new String(hello.array(), 0, hello.position(), StandardCharsets.ISO_8859_1);
        return text.replace(placeholder, name).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aServerIsReachedByAnyNameThatPeopleGaveIt() throws Exception {
        TestAuthority.Issued issued = new TestAuthority(folder, "authority").issue("server", "server.example");
        String classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        Process server = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classes,
                Main.class.getName(), "server", "-t", "token", "-H", "127.0.0.1", "-P", "0",
                "--tls-cert", issued.certificate().toString(), "--tls-key", issued.key().toString())
                .redirectErrorStream(true).start();
        try (BufferedReader log = server.inputReader()) {
            int port = port(log);
            for (String name : List.of("docker_compose_server", "server.example.", "server.example")) {
                try (Socket socket = new Socket("127.0.0.1", port)) {
                    socket.getOutputStream().write(hello(name));
                    assertEquals(HANDSHAKE_RECORD, socket.getInputStream().read(), name);
                }
            }
        } finally {
            server.destroyForcibly();
        }
    }

    private static int port(BufferedReader log) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            Matcher port = PORT.matcher(lines.append(line).append('\n'));
            if (port.find()) {
                return Integer.parseInt(port.group(1));
            }
        }
        throw new AssertionError("no server: " + lines);
    }
}
