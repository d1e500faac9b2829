package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.cli.CommandLineHarness.Outcome;
import io.linksocks.util.QuietPort;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class DemoCommandTest {
    private static final Pattern CURL =
            Pattern.compile("curl --socks5-hostname 127\\.0\\.0\\.1:(\\d+) http://127\\.0\\.0\\.1:(\\d+)/\\R");

    private static String assertShown(Outcome outcome) {
        assertEquals("", outcome.err());
        assertEquals(ExitCode.OK, outcome.code());
        Matcher curl = CURL.matcher(outcome.out());
        assertTrue(curl.find(), outcome.out());
        assertTrue(outcome.out().contains("1. Started a server on 127.0.0.1:" + curl.group(2)), outcome.out());
        assertTrue(outcome.out().contains("3. Fetched http://127.0.0.1:" + curl.group(2) + "/"), outcome.out());
        return curl.group(1);
    }

    @Test
    void fetchesItsOwnPageThroughTheTunnel() {
        assertShown(CommandLineHarness.run("demo --once -p 0"));
    }

    @Test
    void usesAPortThatWasAskedFor() {
        String port = Integer.toString(QuietPort.next());
        assertEquals(port, assertShown(CommandLineHarness.run("demo --once --socks-port " + port)));
    }

    @Test
    void anotherProgramOnTheUsualPortIsNoObstacle() throws IOException {
        try (ServerSocket usual = new ServerSocket()) {
            bindIfFree(usual, DemoCommand.USUAL_PORT);
            assertShown(CommandLineHarness.run("demo --once"));
        }
    }

    private static void bindIfFree(ServerSocket socket, int port) {
        try {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            assertTrue(e instanceof BindException, () -> "another program has the port, which serves as well: " + e);
        }
    }

    @Test
    void aTakenPortThatWasAskedForIsAnError() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Outcome outcome = CommandLineHarness.run(Map.of(), "demo", "--once", "-p", port);
            assertEquals(ExitCode.FAILURE, outcome.code());
            assertTrue(outcome.err().contains(port) && outcome.err().contains("-p"), outcome.err());
        }
    }
}
