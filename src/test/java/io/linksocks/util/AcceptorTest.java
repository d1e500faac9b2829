package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class AcceptorTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final BlockingQueue<Socket> accepted = new ArrayBlockingQueue<>(10);

    @Test
    void handsOnEveryConnection() throws Exception {
        ServerSocket listener = Sockets.listen(ANY_PORT);
        try (Acceptor acceptor = new Acceptor(listener, accepted::add)) {
            acceptor.start("test");
            for (int i = 0; i < 3; i++) {
                try (Socket client = connect(listener); Socket server = accepted.take()) {
                    assertEquals(client.getLocalPort(), server.getPort());
                }
            }
        }
    }

    /** The connection is lost, the port is not. */
    @Test
    void goesOnWhenTheHandlerFailed() throws Exception {
        ServerSocket listener = Sockets.listen(ANY_PORT);
        AtomicInteger handed = new AtomicInteger();
        Consumer<Socket> handler = socket -> {
            if (handed.incrementAndGet() <= 2) {
                throw new IllegalStateException("test");
            }
            accepted.add(socket);
        };
        try (Acceptor acceptor = new Acceptor(listener, handler)) {
            acceptor.start("test");
            try (Socket first = connect(listener); Socket second = connect(listener); Socket client = connect(listener)) {
                assertEquals(-1, first.getInputStream().read());
                assertEquals(-1, second.getInputStream().read());
                try (Socket server = accepted.take()) {
                    assertEquals(client.getLocalPort(), server.getPort());
                }
            }
        }
    }

    /** Without emptying the queue of its listener, those in it would be reset. */
    @Test
    void leavingASharedPortLosesNoConnection() throws Exception {
        CountDownLatch queued = new CountDownLatch(1);
        ServerSocket first = Sockets.listen(ANY_PORT, true);
        Acceptor leaving = new Acceptor(first, socket -> {
            await(queued);
            greet(socket);
        });
        leaving.start("first");
        List<Socket> clients = new ArrayList<>();
        try (Acceptor successor = new Acceptor(Sockets.listen((InetSocketAddress) first.getLocalSocketAddress(), true),
                AcceptorTest::greet)) {
            successor.start("second");
            for (int i = 0; i < 200; i++) {
                clients.add(connect(first));
            }
            Thread leave = Thread.ofPlatform().start(leaving::leave);
            while (leave.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            queued.countDown();
            for (Socket client : clients) {
                assertEquals('!', client.getInputStream().read());
            }
            leave.join();
        } finally {
            clients.forEach(Sockets::close);
        }
        assertTrue(leaving.isClosed());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void greet(Socket socket) {
        try (socket) {
            socket.getOutputStream().write('!');
        } catch (IOException e) {
            // The connection that wakes the acceptor is closed at once.
            return;
        }
    }

    @Test
    void closingFreesThePort() throws Exception {
        ServerSocket listener = Sockets.listen(ANY_PORT);
        Acceptor acceptor = new Acceptor(listener, accepted::add);
        acceptor.start("test");
        try (Socket client = connect(listener); Socket server = accepted.take()) {
            acceptor.close();
            assertTrue(acceptor.isClosed());
            assertEquals(client.getLocalPort(), server.getPort());
        }
        assertThrows(IOException.class, () -> connect(listener).close());
    }

    @Test
    void closesWithoutEverHavingStarted() throws IOException {
        Acceptor acceptor = new Acceptor(Sockets.listen(ANY_PORT), accepted::add);
        acceptor.close();
        assertTrue(acceptor.isClosed());
    }

    @Test
    void namesTheHostThatIsUnknown() {
        assertEquals("unknown host nowhere", assertThrows(UnknownHostException.class,
                () -> Sockets.listen(InetSocketAddress.createUnresolved("nowhere", 0))).getMessage());
    }

    @Test
    void aPortIsTakenOnlyOnce() throws IOException {
        try (ServerSocket first = Sockets.listen(ANY_PORT)) {
            assertThrows(IOException.class, () -> Sockets.listen(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), first.getLocalPort())).close());
        }
    }

    private static Socket connect(ServerSocket listener) throws IOException {
        return new Socket(listener.getInetAddress(), listener.getLocalPort());
    }
}
