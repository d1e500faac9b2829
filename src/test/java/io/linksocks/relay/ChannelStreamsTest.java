package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.session.Channel;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class ChannelStreamsTest {
    private static final Endpoint TARGET = new Endpoint("a.invalid", 1);
    private static final int LENGTH = 1000;

    private final BlockingQueue<Channel> dialled = new ArrayBlockingQueue<>(1);
    private final SessionPair sessions = new SessionPair(dialled::add);
    private final InputStream in;
    private final Channel peer;

    ChannelStreamsTest() throws Exception {
        Channel own = sessions.opener.open(Transport.TCP, TARGET);
        peer = dialled.take();
        peer.confirm();
        in = new ChannelStreams(own, TARGET, BatchOptions.DEFAULT).in();
    }

    @AfterEach
    void close() {
        sessions.close();
    }

    @Test
    void everyReadAfterDamagedDataTellsThatTheConnectionBrokeOff() throws IOException {
        Slice packed = Gzip.compress(Slice.of(new byte[LENGTH]), MessageWriter.DATA_ROOM);
        int checksum = packed.offset() + packed.length() - Gzip.SHORTEST + 10;
        packed.array()[checksum] ^= 1;
        peer.send(Compression.GZIP, packed);
        IOException first = assertThrows(IOException.class, () -> in.readNBytes(LENGTH));
        assertTrue(first.getMessage().startsWith("connection to a.invalid:1 broke off: "), first.getMessage());
        assertEquals("connection to a.invalid:1 broke off: malformed data",
                assertThrows(SocketException.class, in::read).getMessage());
        assertThrows(SocketException.class, in::available);
    }
}
