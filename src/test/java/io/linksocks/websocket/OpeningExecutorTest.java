package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In a process of its own, because the JDK reads the size of its buffers only once. */
@Timeout(240)
class OpeningExecutorTest {
    @Test
    void nothingIsLostWhenTheServerSpeaksRightBehindItsResponse() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djdk.httpclient.bufsize=1024", "-cp", classPath(), OpeningExecutorTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            assertEquals("ok", new String(process.getInputStream().readAllBytes()).strip());
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static String classPath() throws Exception {
        return Path.of(OpeningExecutorTest.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                + File.pathSeparator
                + Path.of(OpeningExecutor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** The child process: holds the JDK's selector thread between two buffers until the WebSocket is open. */
    public static void main(String[] args) throws Exception {
        CountDownLatch opened = new CountDownLatch(1);
        OpeningExecutor executor = new OpeningExecutor();
        try (HandoverLoss server = new HandoverLoss(1000, 8)) {
            System.out.println(server.connect(HandoverLoss.slow(executor, opened), () -> {
                executor.open();
                opened.countDown();
            }));
        }
    }
}
