package io.linksocks.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class LoopDetectingDialerTest {
    private static final Endpoint TARGET = new Endpoint("target.example", 80);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final BlockingQueue<Endpoint> asked = new LinkedBlockingQueue<>();
    private final AtomicLong now = new AtomicLong();
    /** Whether the proxy passes requests on to this process. */
    private volatile boolean loops;

    private final LoopDetectingDialer dialer = new LoopDetectingDialer(new Dialer() {
        @Override
        public Socket connect(Endpoint target, Duration timeout) throws IOException {
            asked.add(target);
            if (loops) {
                LoopDetectingDialer.refuseReturned(target);
            }
            throw new ConnectException("refused by the proxy");
        }

        @Override
        public DatagramPath openDatagramPath(Duration timeout) throws IOException {
            throw new ConnectException("refused by the proxy");
        }

        @Override
        public String toString() {
            return "socks5://proxy.example:1080";
        }
    }, now::get);

    private String failure() {
        return assertThrows(IOException.class, () -> dialer.connect(TARGET, LONG).close()).getMessage();
    }

    private void ask(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            assertEquals("refused by the proxy", failure());
            assertEquals(TARGET, asked.take());
        }
    }

    @Test
    void aProxyThatIsUsedLittleIsNotChecked() throws Exception {
        ask(LoopDetectingDialer.REQUESTS - 1);
        assertTrue(asked.isEmpty());
    }

    @Test
    void aBusyProxyIsCheckedAtMostOnceInAnInterval() throws Exception {
        ask(LoopDetectingDialer.REQUESTS - 1);
        assertEquals("refused by the proxy", failure());
        List<Endpoint> last = List.of(asked.take(), asked.take());
        assertTrue(last.contains(TARGET), last.toString());
        assertTrue(last.stream().anyMatch(target -> target.host().startsWith("100::")), last.toString());
        ask(2 * LoopDetectingDialer.REQUESTS);
        assertTrue(asked.isEmpty());
    }

    @Test
    void aLoopIsRefusedForAWhile() throws Exception {
        loops = true;
        ask(LoopDetectingDialer.REQUESTS - 1);
        failure();
        Waiting.until("found", () -> failure().startsWith("the upstream proxy"));
        assertEquals("the upstream proxy socks5://proxy.example:1080 leads back into this tunnel", failure());
        asked.clear();
        loops = false;
        now.addAndGet(LoopDetectingDialer.INTERVAL.toNanos());
        ask(1);
    }

    @Test
    void addressesThatNoProxyWasAskedForPass() throws DialException {
        LoopDetectingDialer.refuseReturned(TARGET);
        LoopDetectingDialer.refuseReturned(new Endpoint("100::1", 9));
    }
}
