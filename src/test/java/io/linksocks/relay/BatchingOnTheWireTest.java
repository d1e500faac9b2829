package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.MemoryLink;
import io.linksocks.session.Session;
import io.linksocks.util.Endpoint;
import io.linksocks.wire.WireSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the peer receives of a stream, as the options of batching change it. */
@Timeout(240)
class BatchingOnTheWireTest {
    private static final int KIB = 1 << 10;
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private final MemoryLink.Pair link = MemoryLink.pair("test", 10_000);
    private final Session session = SessionPair.session(link.client(), ChannelAcceptor.refuseAll("not here"));
    private long now;

    @AfterEach
    void close() {
        session.close(1000, "test over");
    }

    /** Sends the stream through a channel and returns the Data messages that the peer sees. */
    private List<Message.Data> send(InputStream in, BatchOptions options) throws IOException {
        Channel channel = session.open(Transport.TCP, new Endpoint("target.example", 1));
        LongSupplier clock = () -> now;
        try (Batcher batcher = new Batcher(in, options, clock, Batcher.Circumstances.of(channel))) {
            for (Batch batch = batcher.next(); batch != null; batch = batcher.next()) {
                channel.send(batch.compression(), batch.data());
            }
        }
        channel.close("");
        List<Message.Data> seen = new ArrayList<>();
        for (Message next = receive(); !(next instanceof Message.Disconnect); next = receive()) {
            if (next instanceof Message.Data data) {
                seen.add(data);
            }
        }
        return seen;
    }

    private Message receive() throws IOException {
        return MessageReader.read(link.server().receive());
    }

    private static byte[] text(int length) {
        return "0123456789 again and again\n".repeat(length / 27 + 1).substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }

    private static List<Compression> compressions(List<Message.Data> messages) {
        return messages.stream().map(Message.Data::compression).toList();
    }

    private static List<Integer> lengths(List<Message.Data> messages) {
        return messages.stream().map(message -> message.payload().length()).toList();
    }

    private static byte[] content(List<Message.Data> messages) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Message.Data message : messages) {
            Slice payload = message.payload();
            out.writeBytes(message.compression() == Compression.GZIP ? Gzip.inflate(payload, 1 << 25) : payload.toBytes());
        }
        return out.toByteArray();
    }

    private static BatchOptions compressingFrom(int bytes) {
        return BatchOptions.of(WireSettings.builder().compressionThreshold(bytes).build());
    }

    @Test
    void batchesFromTheThresholdOnAreCompressed() throws IOException {
        byte[] stream = text(100 + 4096 + 4095 + 1024 + 50_000);
        BatchOptions options = compressingFrom(4096);
        List<Message.Data> seen = send(new ScriptedSource(stream, 100, 4096, 4095, 1024, 50_000), options);
        assertEquals(List.of(Compression.NONE, Compression.GZIP, Compression.NONE, Compression.NONE, Compression.GZIP),
                compressions(seen));
        assertArrayEquals(stream, content(seen));
    }

    @Test
    void aThresholdBelowTheFirstReadCountsForItToo() throws IOException {
        byte[] stream = text(600);
        List<Message.Data> seen = send(new ScriptedSource(stream, 200, 400), compressingFrom(300));
        assertEquals(List.of(Compression.NONE, Compression.GZIP), compressions(seen));
        assertArrayEquals(stream, content(seen));
    }

    @Test
    void readsThatAreSentAtOnceAreCompressedFromTheThresholdOn() throws IOException {
        byte[] stream = text(200 * KIB);
        BatchOptions options = BatchOptions.of(
                WireSettings.builder().compressionThreshold(4096).dynamicBatching(false).build());
        List<Message.Data> seen = send(ScriptedSource.of(stream), options);
        assertTrue(compressions(seen).contains(Compression.GZIP), () -> lengths(seen).toString());
        assertArrayEquals(stream, content(seen));
    }

    @Test
    void offCompressesNothing() throws IOException {
        byte[] stream = text(2 << 20);
        assertTrue(compressions(send(ScriptedSource.of(stream), BatchOptions.DEFAULT)).contains(Compression.GZIP));
        List<Message.Data> seen = send(ScriptedSource.of(stream), compressingFrom(0));
        assertTrue(seen.stream().allMatch(message -> message.compression() == Compression.NONE));
        assertArrayEquals(stream, content(seen));
    }

    @Test
    void withoutDynamicBatchingNoReadWaitsForTheNext() throws IOException {
        byte[] stream = text(KIB + 30 * KIB);
        assertEquals(List.of(31 * KIB), lengths(send(ScriptedSource.of(stream).readsAtMost(3 * KIB), BatchOptions.DEFAULT)));
        List<Message.Data> seen =
                send(ScriptedSource.of(stream).readsAtMost(3 * KIB),
                        BatchOptions.of(WireSettings.builder().dynamicBatching(false).build()));
        assertTrue(seen.size() >= 10, () -> lengths(seen).toString());
        assertArrayEquals(stream, content(seen));
    }

    /** One KiB a millisecond, without a pause: the time alone decides when a batch leaves. */
    private InputStream stream(int kibibytes) {
        return new InputStream() {
            private int left = kibibytes;

            @Override
            public int read() {
                throw new AssertionError("read byte by byte");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                if (left == 0) {
                    return -1;
                }
                left--;
                now += MILLISECOND.toNanos();
                return KIB;
            }

            @Override
            public int available() {
                return left * KIB;
            }
        };
    }

    private int longest(Duration min, Duration max) throws IOException {
        BatchOptions options = BatchOptions.of(WireSettings.builder().batchingTimeLimits(min, max).build());
        return send(stream(2000), options).stream()
                .mapToInt(message -> message.payload().length()).max().orElseThrow();
    }

    @Test
    void batchesOfAFastStreamGrowForTheTimeThatIsSet() throws IOException {
        assertEquals(2 * KIB, longest(Duration.ZERO, Duration.ZERO), "a read for what has begun, and none after");
        assertEquals(5 * KIB, longest(Duration.ofMillis(5), Duration.ofMillis(5)));
        assertEquals(40 * KIB, longest(Duration.ofMillis(20), Duration.ofMillis(40)));
    }
}
