package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Protocol;
import io.linksocks.session.Channel;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpOriginTest {
    private static final Endpoint ADDRESS = new Endpoint("a", 80);

    private final BlockingQueue<Channel> dialled = new ArrayBlockingQueue<>(1);
    private final SessionPair sessions = new SessionPair(dialled::add);
    private final HttpOrigin origin;
    private final Channel server;

    HttpOriginTest() throws Exception {
        origin = new HttpOrigin(ADDRESS, sessions.opener.open(Protocol.TCP, ADDRESS));
        server = dialled.take();
        server.confirm();
    }

    @AfterEach
    void close() {
        sessions.close();
    }

    private boolean takes(Endpoint destination) {
        try {
            return origin.takes(destination);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void takesRequestsForItsAddressOnly() {
        assertTrue(takes(ADDRESS));
        assertFalse(takes(new Endpoint("a", 81)));
        assertFalse(takes(new Endpoint("b", 80)));
    }

    @Test
    void takesNoneAfterItsEnd() throws Exception {
        server.close("");
        Waiting.until("end", () -> !takes(ADDRESS));
    }

    @Test
    void takesNoneAfterWhatNobodyAskedFor() throws Exception {
        new ChannelStreams(server, ADDRESS, BatchOptions.DEFAULT).out().write("unasked and read in part".getBytes(StandardCharsets.US_ASCII));
        Waiting.until("data", () -> !takes(ADDRESS));
        assertEquals('u', origin.in().read());
        assertFalse(takes(ADDRESS));
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        origin.drainTo(rest);
        assertEquals("nasked and read in part", rest.toString());
        assertTrue(takes(ADDRESS));
    }
}
