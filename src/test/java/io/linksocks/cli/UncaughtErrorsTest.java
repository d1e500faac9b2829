package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.util.Acceptor;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens in a child process when one of its threads fails. */
@Timeout(240)
class UncaughtErrorsTest {
    private static final String OUT_OF_MEMORY =
            "linksocks: out of memory, exiting; raise the heap with java -Xmx, or the system's limit on threads";

    private record Outcome(int code, List<String> said) {}

    private static Outcome outcome(String thread) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx16m", "-XX:+UseSerialGC", "-cp", classPath(), UncaughtErrorsTest.class.getName(), thread)
                .redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), said.lines().toList());
        } finally {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static String classPath() throws Exception {
        return Path.of(UncaughtErrorsTest.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                + File.pathSeparator
                + Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "platform", "virtual", "timer", "executor", "handler"})
    void outOfMemoryInAnyThreadExitsWithThreeAndOneLine(String thread) throws Exception {
        assertEquals(new Outcome(ExitCode.OUT_OF_MEMORY, List.of(OUT_OF_MEMORY)), outcome(thread));
    }

    @Test
    void anyOtherErrorEndsOnlyItsThread() throws Exception {
        assertEquals(0, outcome("another error").code());
    }

    /** The child process. */
    public static void main(String[] arguments) throws Exception {
        UncaughtErrors.install();
        switch (arguments[0]) {
            case "main" -> exhaust();
            case "platform" -> new Thread(UncaughtErrorsTest::exhaust).start();
            case "virtual" -> Threads.start("test", UncaughtErrorsTest::exhaust);
            case "timer" -> Threads.later(Duration.ZERO, UncaughtErrorsTest::exhaust);
            case "executor" -> execute();
            case "handler" -> handleConnection();
            default -> {
                Threads.start("test", UncaughtErrorsTest::fail).join();
                return;
            }
        }
        new CountDownLatch(1).await();
    }

    private static void execute() {
        try (ExecutorService executor = Threads.perTask("test")) {
            executor.execute(UncaughtErrorsTest::exhaust);
        }
    }

    /** By a handler that wraps the error, as reflective code of the JDK does. */
    private static void handleConnection() throws IOException {
        ServerSocket listener = Sockets.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        new Acceptor(listener, socket -> {
            try {
                exhaust();
            } catch (Error e) {
                throw new UncheckedIOException(new IOException(e));
            }
        }).start("test");
        new Socket(listener.getInetAddress(), listener.getLocalPort()).close();
    }

    private static void fail() {
        throw new StackOverflowError("test");
    }

    private static void exhaust() {
        List<byte[]> kept = new ArrayList<>();
        while (true) {
            kept.add(new byte[1 << 16]);
        }
    }
}
