package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.session.Waiting;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same ends at a socket that can be in the event loop, and how such a socket comes and goes there. */
class QuietSocketTest extends TcpRelayTest {
    private static final int LARGE = 32 << 20;
    /** Not bulk. */
    private static final int MESSAGE = PIECE / 2;

    @Override
    Socket unconnected() throws IOException {
        return SocketChannel.open().socket();
    }

    @BeforeEach
    void awaitQuiet() {
        Waiting.until("the socket is quiet", this::isQuiet);
    }

    private boolean isQuiet() {
        return !socket.getChannel().isBlocking();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private void send(byte[] bytes) throws IOException {
        for (int sent = 0; sent < bytes.length; sent += MESSAGE) {
            int length = Math.min(MESSAGE, bytes.length - sent);
            ByteBuffer buffer = BufferPool.HEAP.atLeast(MessageWriter.DATA_ROOM + length);
            buffer.put(MessageWriter.DATA_ROOM, bytes, sent, length);
            channel.send(Compression.NONE, new Slice(buffer, MessageWriter.DATA_ROOM, length));
        }
    }

    private byte[] receive(int length) throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        while (received.size() < length) {
            Message.Data data = channel.receive();
            received.write(data.payload().toBytes());
            channel.consumed(data);
        }
        return received.toByteArray();
    }

    private void converse() throws IOException {
        send(random(100));
        assertArrayEquals(random(100), target.getInputStream().readNBytes(100));
        target.getOutputStream().write(random(200));
        assertArrayEquals(random(200), receive(200));
    }

    /** An acknowledgement that is just being sent leaves a few batches to a thread, more often on a busy machine. */
    @Test
    void aConversationLeavesTheSocketQuiet() throws Exception {
        for (int inARow = 0; inARow < 10;) {
            converse();
            inARow = isQuiet() ? inARow + 1 : 0;
        }
    }

    @Test
    void bulkFromTheSocketIsReadByAThreadUntilItIsQuietAgain() throws Exception {
        Threads.start("target", () -> {
            try {
                target.getOutputStream().write(random(LARGE));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        Waiting.until("a thread reads", () -> !isQuiet());
        assertArrayEquals(random(LARGE), receive(LARGE));
        while (!isQuiet()) {
            converse();
        }
        converse();
    }

    @Test
    void aSocketThatTakesNothingHoldsUpNobodyAndLosesNothing() throws Exception {
        byte[] bytes = random(LARGE);
        Threads.start("sender", () -> {
            try {
                send(bytes);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        Waiting.until("a thread writes", () -> !isQuiet());
        // Goes through the reader of the same session.
        assertEquals("not here", assertThrows(ChannelException.class, this::openFromTheOtherSide).getMessage());
        assertArrayEquals(bytes, target.getInputStream().readNBytes(LARGE));
        converse();
    }

    private void openFromTheOtherSide() throws IOException {
        Channel other = dialler.open(channel.transport(), channel.target());
        other.awaitConfirmation();
    }

    @Test
    void bothStreamsEndInOrder() throws Exception {
        converse();
        channel.finish();
        assertEquals(-1, target.getInputStream().read());
        target.getOutputStream().write(random(10));
        assertArrayEquals(random(10), receive(10));
        target.shutdownOutput();
        assertEquals(null, channel.receive());
        assertClosed();
    }

    @Test
    void aResetTargetBreaksTheStreamOff() throws Exception {
        Sockets.reset(target);
        assertThrows(ChannelException.class, channel::receive);
        assertClosed();
    }

    @Test
    void closingTheSocketEndsItsChannel() throws Exception {
        Sockets.reset(socket);
        assertThrows(ChannelException.class, channel::receive);
        assertThrows(IOException.class, () -> target.getInputStream().read());
    }
}
