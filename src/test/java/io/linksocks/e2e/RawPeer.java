package io.linksocks.e2e;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.TokenHash;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import io.linksocks.websocket.ConnectOptions;
import io.linksocks.websocket.JdkWebSocket;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/** A hand-made peer that keeps to no rule but the wire format. */
final class RawPeer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int NORMAL_CLOSURE = 1000;

    /** What is received at the end. */
    private record End() {}

    private final Link link;
    private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();

    private RawPeer(Link link) {
        this.link = link;
        Thread.ofVirtual().name("raw peer").start(this::receiveAll);
    }

    static RawPeer byUrl(int port, String token, boolean reverse, UUID instance) throws IOException {
        return open(port, "/socket?token=" + TokenHash.of(token) + "&reverse=" + reverse
                + (instance == null ? "" : "&instance=" + instance));
    }

    static RawPeer byMessage(int port, String token, boolean reverse, UUID instance) throws IOException {
        RawPeer peer = open(port, "/anything");
        peer.send(new Message.Auth(token, reverse, instance));
        return peer;
    }

    static RawPeer open(int port, String target) throws IOException {
        return new RawPeer(JdkWebSocket.connect(
                ConnectOptions.direct(URI.create("ws://127.0.0.1:" + port + target), LIMIT)));
    }

    /** A peer that announces extensions; it has yet to say which session it wants. */
    static RawPeer extended(int port, String token, boolean reverse, Features features) throws IOException {
        URI url = URI.create("ws://127.0.0.1:" + port + "/socket?token=" + TokenHash.of(token) + "&reverse=" + reverse);
        return new RawPeer(JdkWebSocket.connect(new ConnectOptions(
                url, Map.of(Features.HEADER, features.announce()), LIMIT, Optional.empty(), null)));
    }

    private void receiveAll() {
        try {
            for (Slice message = link.receive(); message != null; message = link.receive()) {
                received.add(MessageReader.read(message));
            }
        } catch (IOException e) {
            received.add(e);
        }
        received.add(new End());
    }

    /** Whether the server has let this peer in, or has ended its connection. */
    boolean isAdmitted() throws InterruptedException {
        for (;;) {
            Object next = received.poll(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
            if (next == null) {
                return Assertions.fail("the server neither let it in nor ended its connection");
            }
            if (next instanceof Message.AuthResponse || next instanceof End) {
                return next instanceof Message.AuthResponse answer && answer.success();
            }
        }
    }

    /** Asserts that the server has let this peer in. */
    RawPeer admitted() throws InterruptedException {
        Assertions.assertTrue(expect(Message.AuthResponse.class).success());
        return this;
    }

    void send(Message message) throws IOException {
        link.send(MessageWriter.write(message));
    }

    /** Sends what may be no message at all. */
    void sendBytes(int... bytes) throws IOException {
        byte[] message = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            message[i] = (byte) bytes[i];
        }
        link.send(Slice.of(message));
    }

    void sendData(UUID channel, byte[] bytes) throws IOException {
        send(new Message.Data(Transport.TCP, channel, Compression.NONE, Slice.of(bytes), null, null));
    }

    /** Asks for a channel and returns its id. */
    UUID connect(Endpoint target) throws IOException {
        UUID id = UUID.randomUUID();
        send(new Message.Connect(Transport.TCP, id, target));
        return id;
    }

    /** The next message of this kind; others are passed over. */
    <T extends Message> T expect(Class<T> kind) throws InterruptedException {
        for (;;) {
            Object next = received.poll(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
            if (next == null || next instanceof End) {
                return Assertions.fail("no " + kind.getSimpleName() + ", but " + next);
            }
            if (kind.isInstance(next)) {
                return kind.cast(next);
            }
        }
    }

    /** The first message of this kind that has come already; null when there is none. */
    <T extends Message> T seen(Class<T> kind) {
        return received.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElse(null);
    }

    void expectEnd() throws InterruptedException {
        Object next;
        do {
            next = received.poll(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } while (next != null && !(next instanceof End));
        Assertions.assertNotNull(next, "the connection is still open");
    }

    /** Ends without a word. */
    void abort() {
        link.abort();
    }

    @Override
    public void close() {
        link.close(NORMAL_CLOSURE, "");
    }
}
