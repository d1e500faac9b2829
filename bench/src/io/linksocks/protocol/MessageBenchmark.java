package io.linksocks.protocol;

import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One TCP Data message through the codec. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class MessageBenchmark {
    @Param({"64", "16384", "262144"})
    private int size;

    private UUID channel;
    private Slice payload;
    private Message.Data message;
    private Slice encoded;

    @Setup
    public void fill() {
        channel = new UUID(1, 2);
        byte[] array = new byte[MessageWriter.DATA_ROOM + size];
        new Random(1).nextBytes(array);
        payload = new Slice(array, MessageWriter.DATA_ROOM, size);
        message = new Message.Data(Transport.TCP, channel, Compression.NONE, payload, null, null);
        encoded = MessageWriter.write(message);
    }

    /** Into a new array: how a message is written whose payload lies elsewhere. */
    @Benchmark
    public Slice encode() {
        return MessageWriter.write(message);
    }

    /** In place: how the relay does it. */
    @Benchmark
    public Slice encodeInPlace() {
        return MessageWriter.frameTcpData(channel, Compression.NONE, payload);
    }

    @Benchmark
    public Message decode() throws ProtocolException {
        return MessageReader.read(encoded);
    }
}
