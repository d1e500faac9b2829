package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class KeptTunnelTest {
    private static final Logger LOG = Logger.getLogger(KeptTunnel.class.getName());
    /** With the pauses between them, these would take an hour. */
    private static final int FAILURES = 65;

    /** Hurries at the worst moment: the failure is known, and the pause has not begun. */
    private static final class Impatient extends Handler {
        private final CountDownLatch failures = new CountDownLatch(FAILURES);
        private final KeptTunnel tunnel;

        Impatient(KeptTunnel tunnel) {
            this.tunnel = tunnel;
        }

        @Override
        public void publish(LogRecord failure) {
            failures.countDown();
            tunnel.hurry();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void whoeverIsInAHurryBeforeThePauseBeginsIsNotForgotten() throws Exception {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Config.Tunnel spec = ConfigReader.read("""
                    {"servers": {"s": {"ws-host": "127.0.0.1", "ws-port": PORT, "token": "t"}}}
                    """.replace("PORT", "" + taken.getLocalPort()), Path.of(".")).tunnels().getFirst();
            KeptTunnel tunnel = new KeptTunnel(spec, new Terminal(nowhere, nowhere, Map.of()));
            Impatient impatient = new Impatient(tunnel);
            LOG.addHandler(impatient);
            LOG.setUseParentHandlers(false);
            try {
                tunnel.start();
                assertTrue(impatient.failures.await(30, TimeUnit.SECONDS));
            } finally {
                LOG.removeHandler(impatient);
                LOG.setUseParentHandlers(true);
                tunnel.close();
            }
        }
    }
}
