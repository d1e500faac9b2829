package io.linksocks.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.ChannelException;
import io.linksocks.session.MemoryLink;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A target behind a provider answers and closes while the upload goes on. */
@Timeout(240)
class PipeTest {
    private static final NegotiatedParameters PARAMETERS =
            new NegotiatedParameters(Features.ALL, new UUID(1, 2), 256 << 10, Duration.ofSeconds(1));

    private final List<Session> sessions = new ArrayList<>();
    private final AtomicReference<String> firstEnd = new AtomicReference<>();
    private Channel client;
    private Channel connector;
    private Channel provider;
    private Channel target;

    private Session session(MemoryLink link, ChannelAcceptor acceptor) {
        Session session = new Session(link, PARAMETERS, SessionLimits.DEFAULT, new SessionCounters(), acceptor, message -> { });
        sessions.add(session);
        Threads.start("session", () -> {
            try {
                session.run(link);
            } catch (IOException e) {
                session.abandon(e.getMessage());
            }
        });
        return session;
    }

    /** The end that asked, and the one that accepted. */
    private Channel[] channel() throws Exception {
        CompletableFuture<Channel> accepted = new CompletableFuture<>();
        MemoryLink.Pair link = MemoryLink.pair("test", 1000);
        session(link.server(), accepted::complete);
        Channel asked = session(link.client(), ChannelAcceptor.refuseAll("not here"))
                .open(Transport.TCP, new Endpoint("target.example", 80));
        accepted.get().confirm();
        asked.awaitConfirmation(Duration.ofSeconds(20));
        return new Channel[] {asked, accepted.get()};
    }

    @BeforeEach
    void connect() throws Exception {
        Channel[] toServer = channel();
        client = toServer[0];
        connector = toServer[1];
        Channel[] fromServer = channel();
        provider = fromServer[0];
        target = fromServer[1];
    }

    @AfterEach
    void close() {
        sessions.forEach(session -> session.close(1000, "test over"));
    }

    private static void send(Channel channel, String text) throws IOException {
        byte[] array = new byte[MessageWriter.DATA_ROOM + text.length()];
        System.arraycopy(text.getBytes(US_ASCII), 0, array, MessageWriter.DATA_ROOM, text.length());
        channel.send(Compression.NONE, new Slice(array, MessageWriter.DATA_ROOM, text.length()));
    }

    private void reset() {
        target.close("reset by the target");
        Waiting.until("the server knows", provider::isClosed);
    }

    private void upload() throws IOException {
        send(client, "upload");
        Pipe.toTarget(connector, provider, firstEnd, DestinationGuard.open()).carry(connector.receive());
    }

    private void assertAnswerAndReset() throws IOException {
        Waiting.until("the client knows", client::isClosed);
        Message.Data answer = client.receive();
        assertEquals("413", new String(answer.payload().toBytes(), US_ASCII));
        client.consumed(answer);
        assertThrows(ChannelException.class, client::receive);
    }

    @Test
    void anAnswerIsPassedOnBeforeTheReset() throws Exception {
        send(target, "413");
        reset();
        upload();
        assertFalse(connector.isClosed());
        Pipe.fromTarget(provider, connector, firstEnd).carry();
        assertAnswerAndReset();
    }

    @Test
    void aResetBehindTheEndOfTheAnswerReachesTheOtherEnd() throws Exception {
        send(target, "413");
        target.finish();
        Pipe.fromTarget(provider, connector, firstEnd).carry();
        reset();
        assertAnswerAndReset();
    }
}
