package io.linksocks.socks;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a SOCKS5 port does before it opens a channel, without a socket. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SocksHandshakeBenchmark {
    private static final String REQUEST = "05010003" + "0b" + hex("example.com") + "01bb";

    private final byte[] plain = bytes("050100" + REQUEST);
    private final byte[] withPassword = bytes("050102" + "0105" + hex("alice") + "06" + hex("secret") + REQUEST);
    private final SocksCredentials credentials = new SocksCredentials("alice", "secret");

    @Benchmark
    public SocksRequest plain() throws IOException {
        return accept(plain, null);
    }

    @Benchmark
    public SocksRequest withPassword() throws IOException {
        return accept(withPassword, credentials);
    }

    private static SocksRequest accept(byte[] said, SocksCredentials wanted) throws IOException {
        InputStream in = new ByteArrayInputStream(said);
        SocksHandshake.accept(in, OutputStream.nullOutputStream(), wanted, false);
        return SocksRequest.read(in);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
