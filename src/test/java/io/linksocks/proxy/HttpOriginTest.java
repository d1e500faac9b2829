package io.linksocks.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Transport;
import io.linksocks.relay.BatchOptions;
import io.linksocks.relay.ChannelStreams;
import io.linksocks.relay.SessionPair;
import io.linksocks.session.Channel;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class HttpOriginTest {
    private static final Endpoint ADDRESS = new Endpoint("a", 80);

    private final BlockingQueue<Channel> dialled = new ArrayBlockingQueue<>(1);
    private final SessionPair sessions = new SessionPair(dialled::add);
    private final HttpOrigin origin;
    private final Channel server;

    HttpOriginTest() throws Exception {
        origin = new HttpOrigin(ADDRESS, sessions.opener.open(Transport.TCP, ADDRESS), BatchOptions.DEFAULT);
        server = dialled.take();
        server.confirm();
    }

    @AfterEach
    void close() {
        sessions.close();
    }

    @Test
    void takesRequestsForItsAddressOnly() {
        assertTrue(origin.takes(ADDRESS));
        assertFalse(origin.takes(new Endpoint("a", 81)));
        assertFalse(origin.takes(new Endpoint("b", 80)));
    }

    @Test
    void takesNoneAfterItsEnd() throws Exception {
        server.close("");
        Waiting.until("end", () -> !origin.takes(ADDRESS));
    }

    @Test
    void takesNoneAfterItBrokeOff() {
        sessions.close();
        Waiting.until("end", () -> !origin.takes(ADDRESS));
    }

    @Test
    void theAnswerOfAServerThatIsGoneIsNotLostWithTheRequest() throws Exception {
        new ChannelStreams(server, ADDRESS, BatchOptions.DEFAULT).out().write("enough".getBytes(StandardCharsets.US_ASCII));
        server.close("");
        Waiting.until("end", origin.channel()::isClosed);
        origin.breakOff("request can't leave");
        assertEquals("enough", new String(origin.in().readAllBytes(), StandardCharsets.US_ASCII));
    }

    @Test
    void takesNoneAfterWhatNobodyAskedFor() throws Exception {
        new ChannelStreams(server, ADDRESS, BatchOptions.DEFAULT).out()
                .write("unasked and read in part".getBytes(StandardCharsets.US_ASCII));
        Waiting.until("data", () -> !origin.takes(ADDRESS));
        assertEquals('u', origin.in().read());
        assertFalse(origin.takes(ADDRESS));
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        origin.drainTo(rest);
        assertEquals("nasked and read in part", rest.toString());
        assertTrue(origin.takes(ADDRESS));
    }
}
