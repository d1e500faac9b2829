package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Readers that do not keep up: they stop only themselves, and lose nothing. */
@Timeout(240)
class FlowControlIT {
    private static final int STALLED = 8;
    /** More than a window and the buffers of all sockets on the way take. */
    private static final long EACH = 40 << 20;
    private static final long BULK = 32 << 20;
    private static final long SEED = 77_000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stalledDownloadsHoldUpNobodyAndFinishLater(boolean cutMeanwhile) throws Exception {
        try (Relayed network = new Relayed();
                Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give);
                Targets.Tcp fast = new Targets.Tcp("127.0.0.1", Targets::give);
                ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Socket> stalled = new ArrayList<>();
            for (int i = 0; i < STALLED; i++) {
                stalled.add(ask(network, give, SEED + i));
            }
            assertEquals(BULK, ForwardIT.download(network.socks(), fast.port(), SEED, BULK));
            Await.until("all of them are stalled", () -> give.openConnections() == STALLED);
            if (cutMeanwhile) {
                network.relay.cutAll();
            }
            List<Future<Long>> results = new ArrayList<>();
            for (int i = 0; i < STALLED; i++) {
                long seed = SEED + i;
                Socket socket = stalled.get(i);
                results.add(workers.submit(() -> Targets.Stream.verify(socket.getInputStream(), seed, EACH)));
            }
            for (Future<Long> result : results) {
                assertEquals(EACH, result.get());
            }
            for (Socket socket : stalled) {
                assertEquals(-1, socket.getInputStream().read());
                socket.close();
            }
        }
    }

    private static Socket ask(Relayed network, Targets.Tcp give, long seed) throws IOException {
        Socket socket = network.socks().connect("127.0.0.1", give.port());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeLong(seed);
        out.writeLong(EACH);
        return socket;
    }

    /** A client that goes away does not leave the target writing for ever. */
    @Test
    void aStalledDownloadThatIsGivenUpFreesItsTarget() throws Exception {
        try (Relayed network = new Relayed();
                Targets.Tcp give = new Targets.Tcp("127.0.0.1", Targets::give)) {
            Socket socket = ask(network, give, SEED);
            assertEquals(1000, socket.getInputStream().readNBytes(1000).length);
            socket.close();
            Await.until("the target is let go", () -> give.openConnections() == 0);
        }
    }
}
