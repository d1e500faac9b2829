package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions whose links fail in ways that no network causes. */
@Timeout(240)
class LinkFailureTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** A message that was numbered and not written would be a hole in a stream. */
    @Test
    void aLinkThatFailsToSendIsLost() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            ends.link.client().script(LinkFailureTest::failToSend);
            Ends.send(joined.client(), 1, 1);
            Ends.send(joined.client(), 2, 1);
            MemoryLink.Pair next = MemoryLink.pair("next", 100);
            next.client().script(LinkFailureTest::failToSend);
            ends.link.cutInside();
            ends.resume(next);
            ends.cutAndResume();
            Ends.send(joined.client(), 3, 1);
            for (byte i = 1; i <= 3; i++) {
                assertArrayEquals(new byte[] {i}, Ends.receive(joined.server()));
            }
        }
    }

    private static boolean failToSend(int number) throws IOException {
        throw new IOException("test");
    }

    /** The same for a sender that must not block. */
    @Test
    void aLinkThatFailsToStartAMessageIsLost() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            Thread sender = Thread.currentThread();
            ends.link.client().script(number -> {
                if (Thread.currentThread() == sender) {
                    throw new IllegalStateException("test");
                }
                return true;
            });
            Slice piece = new Slice(new byte[MessageWriter.DATA_ROOM + 1], MessageWriter.DATA_ROOM, 1);
            assertThrows(IllegalStateException.class, () -> {
                while (!joined.client().trySend(Compression.NONE, piece)) {
                    Thread.onSpinWait();
                }
            });
            Waiting.until("detached", () -> !ends.client.isAttached());
            ends.cutAndResume();
            Ends.send(joined.client(), 1, 1);
            assertArrayEquals(new byte[] {0}, Ends.receive(joined.server()));
            assertArrayEquals(new byte[] {1}, Ends.receive(joined.server()));
        }
    }

    @Test
    void aResumeThatFailsUnexpectedlyDoesNotHoldUpTheNext() throws Exception {
        try (Ends ends = new Ends(Features.ALL)) {
            Ends.Joined joined = ends.join();
            MemoryLink next = MemoryLink.pair("nameless", 1).client();
            Link nameless = (Link) Proxy.newProxyInstance(Link.class.getClassLoader(), new Class<?>[] {Link.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("peer")) {
                            throw new IllegalStateException("test");
                        }
                        try {
                            return method.invoke(next, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
            // An Ack that is still to be sent would fail on the nameless link, and end the session.
            Waiting.until("all is acknowledged", () -> ends.server.replayBytes() == 0);
            assertTrue(ends.client.prepareResume(nameless));
            assertThrows(IllegalStateException.class, () -> ends.client.resume(nameless, ends.server.received()));
            ends.cutAndResume();
            Ends.send(joined.client(), 1, 1);
            assertArrayEquals(new byte[] {1}, Ends.receive(joined.server()));
        }
    }

    /** Nobody would acknowledge any more what it receives. */
    @Test
    void endsWhenItsOutboxFails() throws Exception {
        MemoryLink.Pair link = MemoryLink.pair("test", 10);
        Session session = new Session(link.server(), new NegotiatedParameters(Features.ALL, new UUID(1, 1), 1000, MINUTE),
                SessionLimits.DEFAULT, new SessionCounters(), ChannelAcceptor.refuseAll("not here"), message -> {});
        link.server().script(number -> {
            throw new IllegalStateException("test");
        });
        link.client().send(MessageWriter.write(
                new Message.Connect(Transport.TCP, new UUID(2, 2), new Endpoint("target.example", 80))));
        assertThrows(IOException.class, () -> session.run(link.server()));
        Waiting.until("session has ended", () -> !session.isAlive());
    }
}
