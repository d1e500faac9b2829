package io.linksocks.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.Session;
import io.linksocks.session.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Confirms every channel and sends back what comes, as a target would; and remembers all sessions and threads. */
final class EchoChannels implements ChannelAcceptor {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

    @Override
    public void accept(Channel channel) {
        threads.add(Thread.ofVirtual().name("echo").start(() -> serve(channel)));
    }

    private static void serve(Channel channel) {
        try {
            channel.confirm();
            for (Message.Data data = channel.receive(); data != null; data = channel.receive()) {
                echo(channel, data);
                channel.consumed(data);
            }
            channel.finish();
        } catch (IOException e) {
            channel.close(String.valueOf(e.getMessage()));
        }
    }

    private static void echo(Channel channel, Message.Data data) throws IOException {
        byte[] payload = data.payload().toBytes();
        if (channel.transport() == Transport.UDP) {
            channel.sendDatagram(data.payload(), data.target(), null);
        } else {
            byte[] array = new byte[MessageWriter.DATA_ROOM + payload.length];
            System.arraycopy(payload, 0, array, MessageWriter.DATA_ROOM, payload.length);
            channel.send(data.compression(), new Slice(array, MessageWriter.DATA_ROOM, payload.length));
        }
    }

    /** After the end of all sessions nothing is left of them; a channel may be leaving yet, on the thread that closed it. */
    void checkNothingLeft(Iterable<Session> sessions) throws InterruptedException {
        sessions.forEach(session -> session.close(1000, "over"));
        for (Thread thread = threads.poll(); thread != null; thread = threads.poll()) {
            assertTrue(thread.join(LIMIT), "a thread still waits for a channel of a session that has ended");
        }
        for (Session session : sessions) {
            Waiting.until("no channel of a session that has ended", () -> session.channelCount() == 0);
        }
    }
}
