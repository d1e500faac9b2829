package io.linksocks.session;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Two sessions that share a link in memory, and may get another. */
final class Ends implements AutoCloseable {
    static final SessionLimits LIMITS = SessionLimits.DEFAULT;
    private static final Endpoint TARGET = new Endpoint("target.example", 80);

    final LinkedBlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();
    final SessionCounters counters = new SessionCounters();
    final MemoryBudget budget;
    final Session client;
    final Session server;
    MemoryLink.Pair link;

    /** A channel at both ends. */
    record Joined(Channel client, Channel server) {}

    Ends(Features features) {
        this(features, LIMITS.withMemory(new MemoryBudget(1 << 30)), Duration.ofMinutes(1));
    }

    Ends(Features features, SessionLimits limits, Duration grace) {
        budget = limits.memory();
        link = MemoryLink.pair("test", 100);
        NegotiatedParameters parameters =
                features.isEmpty() ? NegotiatedParameters.BASE
                        : new NegotiatedParameters(features, new UUID(7, 7), limits.window(), grace);
        SessionObserver observer = new SessionObserver() {
            @Override
            public void onMessage(Message message) {
                counters.ignoredMessages.increment();
            }

            @Override
            public void onEnd(String reason) {
                ended.add(reason);
            }
        };
        client = new Session(link.client(), parameters, limits, counters, ChannelAcceptor.refuseAll("not here"), observer);
        server = new Session(link.server(), parameters, limits, counters, accepted::add, observer);
        run();
    }

    private void run() {
        MemoryLink.Pair current = link;
        read(client, current.client());
        read(server, current.server());
    }

    private static void read(Session session, MemoryLink link) {
        Thread.ofVirtual().name("reader").start(() -> {
            try {
                session.run(link);
            } catch (IOException e) {
                System.getLogger("test").log(System.Logger.Level.TRACE, "link ended", e);
            }
        });
    }

    /** As Handover and SessionDirectory do it, without the messages between them. */
    void resume(MemoryLink.Pair next) throws IOException {
        client.prepareResume(next.client());
        server.prepareResume(next.server(), client.received());
        long received = server.received();
        server.resume(next.server(), client.received());
        client.resume(next.client(), received);
        link = next;
        run();
    }

    void cutAndResume() throws IOException {
        link.cutInside();
        resume(MemoryLink.pair("next", 100));
    }

    Channel open() throws IOException {
        return client.open(Transport.TCP, TARGET);
    }

    Channel accept() throws InterruptedException {
        return accepted.poll(2, TimeUnit.MINUTES);
    }

    Joined join() throws Exception {
        Channel near = open();
        Channel far = accept();
        far.confirm();
        near.awaitConfirmation(Duration.ofSeconds(20));
        return new Joined(near, far);
    }

    /** Sends so many bytes of one value. */
    static void send(Channel channel, int value, int length) throws IOException {
        ByteBuffer buffer = BufferPool.HEAP.atLeast(MessageWriter.DATA_ROOM + length);
        Arrays.fill(buffer.array(), MessageWriter.DATA_ROOM, MessageWriter.DATA_ROOM + length, (byte) value);
        channel.send(Compression.NONE, new Slice(buffer, MessageWriter.DATA_ROOM, length));
    }

    /** Takes the next message; returns its bytes, or null at the end. */
    static byte[] receive(Channel channel) throws IOException {
        Message.Data data = channel.receive();
        if (data == null) {
            return null;
        }
        byte[] bytes = data.payload().toBytes();
        channel.consumed(data);
        return bytes;
    }

    String awaitEnd() throws InterruptedException {
        return ended.poll(2, TimeUnit.MINUTES);
    }

    @Override
    public void close() {
        client.close(1000, "test is over");
        server.close(1000, "test is over");
    }
}
