package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.Message;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.LinkSocksServerBuilder;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.util.Endpoint;
import io.linksocks.wire.WireSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Options of batches as a peer sees them that speaks the base protocol, behind a server and behind a provider. */
@Timeout(240)
class BatchingOptionsIT {
    private static final byte[] TEXT = "the same line again\n".repeat(50).getBytes(StandardCharsets.US_ASCII);

    private static LinkSocksServer server(UnaryOperator<LinkSocksServerBuilder> options) throws Exception {
        LinkSocksServer server = options.apply(LinkSocksServer.builder().host("127.0.0.1").port(0)).build();
        server.addForwardToken("dial");
        server.addReverseToken(ReverseTokenOptions.builder().token("provide").build());
        server.addConnectorToken("connect", "provide");
        server.start();
        return server;
    }

    /** What comes first from a target that sends text of a kilobyte. */
    private static Message.Data first(int port, String token) throws Exception {
        try (Targets.Tcp target = new Targets.Tcp("127.0.0.1", socket -> {
                    socket.getOutputStream().write(TEXT);
                    socket.getInputStream().read();
                });
                RawPeer peer = RawPeer.byUrl(port, token, false, null).admitted()) {
            peer.connect(new Endpoint("127.0.0.1", target.port()));
            return peer.expect(Message.Data.class);
        }
    }

    private static void assertCompressed(boolean expected, Message.Data data) throws Exception {
        assertEquals(expected ? Compression.GZIP : Compression.NONE, data.compression());
        assertArrayEquals(TEXT, expected ? Gzip.inflate(data.payload(), 1 << 20) : data.payload().toBytes());
    }

    private static WireSettings from(int threshold) {
        return WireSettings.builder().compressionThreshold(threshold).build();
    }

    @Test
    void aServerCompressesFromItsThresholdOn() throws Exception {
        try (LinkSocksServer low = server(builder -> builder.wire(from(TEXT.length)));
                LinkSocksServer high = server(builder -> builder.wire(from(TEXT.length + 1)));
                LinkSocksServer off = server(builder -> builder.wire(from(0)))) {
            assertCompressed(true, first(low.port(), "dial"));
            assertCompressed(false, first(high.port(), "dial"));
            assertCompressed(false, first(off.port(), "dial"));
        }
    }

    @Test
    void aProviderCompressesFromItsThresholdOn() throws Exception {
        for (boolean low : new boolean[] {true, false}) {
            LinkSocksClientBuilder builder = LinkSocksClient.builder().token("provide").provider().environmentProxy(false)
                    .wire(from(low ? TEXT.length : TEXT.length + 1));
            try (LinkSocksServer server = server(UnaryOperator.identity());
                    LinkSocksClient provider = builder.url("ws://127.0.0.1:" + server.port()).build()) {
                provider.start();
                provider.awaitReady(Duration.ofSeconds(30));
                assertCompressed(low, first(server.port(), "connect"));
            }
        }
    }
}
