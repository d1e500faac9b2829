package io.linksocks.session;

import io.linksocks.protocol.Features;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A channel from its Connect to the Fin of both sides, at one end of a session: the other end is the benchmark, which answers
 * on the same thread. So it is the cost of the session without sockets and without a thread that wakes another.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChannelBenchmark {
    private static final Endpoint TARGET = new Endpoint("192.0.2.1", 443);
    private static final int MESSAGES_PER_ACK = 64;
    /** Enough for the compilers, which the warm-up of a brief run (bench/check.py) is too short for: it is much code. */
    private static final int FIRST_ONES = 30_000;

    private final Peer peer = new Peer();
    private Session session;
    private Channel accepted;
    private long asked;

    @Setup
    public void start() throws IOException, InterruptedException {
        NegotiatedParameters parameters =
                new NegotiatedParameters(Features.ALL, new UUID(1, 2), 256 << 10, Duration.ofMinutes(1));
        session = new Session(peer, parameters, SessionLimits.DEFAULT, new SessionCounters(), channel -> accepted = channel,
                message -> { });
        Thread.ofVirtual().start(() -> {
            try {
                session.run(peer);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        peer.awaitReceiver();
        for (int i = 0; i < FIRST_ONES; i++) {
            open();
            accept();
        }
    }

    @TearDown
    public void stop() {
        session.abandon("benchmark is over");
        peer.abort();
    }

    /** The side that asks. */
    @Benchmark
    public Channel open() throws IOException {
        Channel channel = session.open(Transport.TCP, TARGET);
        peer.deliver(new Message.ConnectResponse(true, channel.id(), ""));
        channel.awaitConfirmation();
        return finish(channel);
    }

    /** The side that dials. */
    @Benchmark
    public Channel accept() throws IOException {
        peer.deliver(new Message.Connect(Transport.TCP, new UUID(1, ++asked), TARGET));
        accepted.confirm();
        return finish(accepted);
    }

    private Channel finish(Channel channel) throws IOException {
        channel.finish();
        peer.deliver(new Message.Fin(channel.id()));
        peer.acknowledge();
        if (!channel.isClosed()) {
            throw new IllegalStateException("the channel has not ended");
        }
        return channel;
    }

    /** The other end of the link, which decodes what it takes and sends what it is told to. */
    private static final class Peer implements Link {
        private final CountDownLatch receiving = new CountDownLatch(1);
        private final CountDownLatch gone = new CountDownLatch(1);
        private volatile Receiver receiver;
        /** Written by the one who sends; a session has one at a time. */
        private volatile long taken;
        private long acknowledged;

        void awaitReceiver() throws InterruptedException {
            receiving.await();
        }

        void deliver(Message message) throws IOException {
            receiver.take(MessageWriter.write(message));
        }

        void acknowledge() throws IOException {
            if (taken - acknowledged >= MESSAGES_PER_ACK) {
                acknowledged = taken;
                deliver(new Message.Ack(acknowledged, 0));
            }
        }

        @Override
        public void send(Slice message) throws IOException {
            if (!(MessageReader.read(message) instanceof Message.Ack)) {
                taken++;
            }
        }

        @Override
        public boolean isReady(long unconfirmed, int length) {
            return true;
        }

        @Override
        public void receiveAll(Receiver wanted) throws IOException {
            receiver = wanted;
            receiving.countDown();
            try {
                gone.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public Slice receive() {
            throw new UnsupportedOperationException("the session takes all messages");
        }

        @Override
        public void ping() {
            // nobody asks for the round trip
        }

        @Override
        public long lastHeard() {
            return System.nanoTime();
        }

        @Override
        public long roundTrip() {
            return 0;
        }

        @Override
        public void close(int code, String reason) {
            abort();
        }

        @Override
        public void abort() {
            gone.countDown();
        }

        @Override
        public String peer() {
            return "nowhere";
        }
    }
}
