package io.linksocks.session;

import io.linksocks.protocol.Features;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One small message on its way through a session to a link that takes it in no time: turn, number, replay, and an
 * acknowledgement for every 64.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReliableSenderBenchmark {
    private static final int MESSAGES_PER_ACK = 64;

    private ReliableSender sender;

    @Setup(Level.Iteration)
    public void open() {
        NegotiatedParameters parameters =
                new NegotiatedParameters(Features.ALL, new UUID(1, 2), 256 << 10, Duration.ofMinutes(1));
        Prompt link = new Prompt();
        SessionMemory memory = SessionLimits.DEFAULT.memory().openSession(this);
        sender = new ReliableSender(link, parameters, SessionLimits.DEFAULT, memory, new SessionTally(new SessionCounters()),
                () -> { });
        link.sender = sender;
    }

    @Benchmark
    public void alone() throws IOException {
        sender.send(message(), SendTurn.Rank.SMALL);
    }

    @Benchmark
    @Threads(8)
    public void eightAtOnce() throws IOException {
        sender.send(message(), SendTurn.Rank.SMALL);
    }

    private static Slice message() {
        return new Slice(new byte[MessageWriter.HEADROOM + 64], MessageWriter.HEADROOM, 64);
    }

    /** Acknowledges what it is given, as if from the other end. */
    private static final class Prompt implements Link {
        private ReliableSender sender;
        private long taken;

        @Override
        public void send(Slice message) throws IOException {
            if (++taken % MESSAGES_PER_ACK == 0) {
                sender.onAck(new Message.Ack(taken - 1, 0));
            }
        }

        @Override
        public Slice receive() {
            throw new UnsupportedOperationException("only sends");
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
            // holds nothing
        }

        @Override
        public void abort() {
            // holds nothing
        }

        @Override
        public String peer() {
            return "nowhere";
        }
    }
}
