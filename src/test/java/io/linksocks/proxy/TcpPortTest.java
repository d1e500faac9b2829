package io.linksocks.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.RelayCounters;
import io.linksocks.relay.BatchOptions;
import io.linksocks.session.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class TcpPortTest {
    private static final byte HERE = 1;

    private final RelayCounters counters = new RelayCounters();
    private final EntryOptions options = new EntryOptions(null, false, BatchOptions.DEFAULT, 10, DestinationGuard.open(),
            counters, List.of(), false);
    private final Semaphore room = new Semaphore(1);
    private final TcpPort one = port();
    private final TcpPort other = port();

    TcpPortTest() throws IOException {}

    /** Says a byte, then waits for the end of its client. */
    private TcpPort port() throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        return new TcpPort(listener, options, room, client -> {
            client.send(new byte[] {HERE});
            client.peek();
            return null;
        });
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    /** Clients that ask for nothing hold no channel, and so nothing that the memory budget knows of. */
    @Test
    void allPortsShareTheRoomForConnections() throws IOException {
        try (Socket first = connect(one)) {
            assertEquals(HERE, first.getInputStream().read());
            try (Socket second = connect(other)) {
                assertEquals(-1, second.getInputStream().read());
            }
            assertEquals(1, counters.refusedConnections.sum());
        }
        Waiting.until("the first has left", () -> room.availablePermits() == 1);
        try (Socket third = connect(other)) {
            assertEquals(HERE, third.getInputStream().read());
        }
    }

    private static Socket connect(TcpPort port) throws IOException {
        return new Socket(port.address().getAddress(), port.address().getPort());
    }
}
