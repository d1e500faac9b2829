package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.session.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class HalfClosedSocketsTest {
    private static final String HEAD = "  sl  local_address rem_address   st tx_queue rx_queue\n";

    @TempDir
    Path folder;

    private final AtomicInteger dead = new AtomicInteger();
    private ServerSocket listener;
    private Socket peer;
    private Socket socket;

    @BeforeEach
    void connect() throws Exception {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        peer = new Socket(listener.getInetAddress(), listener.getLocalPort());
        socket = listener.accept();
    }

    @AfterEach
    void close() throws Exception {
        peer.close();
        socket.close();
        listener.close();
    }

    private void write(Path table, boolean contained) throws Exception {
        Files.writeString(table, contained ? HEAD + "   0: 0100007F:%04X 0100007F:%04X 08 00000000:00000000\n"
                .formatted(socket.getLocalPort(), socket.getPort()) : HEAD);
    }

    @Test
    void aConnectionThatIsMissingTwiceIsDead() throws Exception {
        Path table = folder.resolve("tcp");
        HalfClosedSockets sockets = new HalfClosedSockets(List.of(table));
        sockets.watch(socket, dead::incrementAndGet);
        for (boolean contained : new boolean[] {true, false, true, false}) {
            write(table, contained);
            sockets.check();
            assertEquals(0, dead.get());
        }
        sockets.check();
        sockets.check();
        assertEquals(1, dead.get());
    }

    @Test
    void aForgottenSocketIsNotReported() throws Exception {
        Path table = folder.resolve("tcp");
        write(table, false);
        HalfClosedSockets sockets = new HalfClosedSockets(List.of(table));
        sockets.watch(socket, dead::incrementAndGet);
        sockets.check();
        sockets.forget(socket);
        sockets.check();
        assertEquals(0, dead.get());
    }

    @Test
    void theTableIsNotReadForASocketThatIsSoonForgotten() throws Exception {
        HalfClosedSockets sockets = new HalfClosedSockets(List.of(folder.resolve("none")));
        sockets.watch(socket, dead::incrementAndGet);
        sockets.check();
        assertThrows(NoSuchFileException.class, sockets::check);
        sockets.forget(socket);
        sockets.check();
    }

    /** The peer ends its direction, then dies: the second is seen in no read. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theKernelsTableTellsAResetBehindAFin() throws Exception {
        HalfClosedSockets sockets = new HalfClosedSockets(HalfClosedSockets.TABLES);
        peer.shutdownOutput();
        assertEquals(-1, socket.getInputStream().read());
        sockets.watch(socket, dead::incrementAndGet);
        sockets.check();
        sockets.check();
        assertEquals(0, dead.get());
        peer.setSoLinger(true, 0);
        peer.close();
        Waiting.until("dead", () -> isDeadAfterAnotherCheck(sockets));
        assertEquals(1, dead.get());
    }

    private boolean isDeadAfterAnotherCheck(HalfClosedSockets sockets) {
        try {
            sockets.check();
            return dead.get() > 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
