package io.linksocks.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.server.DirectoryAccess;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.MemoryLink;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionLimits;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A client and a server with a session that nobody else may notice, and a channel of it that echoes. */
final class HonestPair implements AutoCloseable {
    private static final byte[] WORD = {1, 2, 3};
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Session client;
    private final CompletableFuture<Session> server = new CompletableFuture<>();
    private final Channel channel;

    HonestPair(DirectoryAccess directory) {
        MemoryLink.Pair link = MemoryLink.pair("honest", 100);
        Message.Offer offer = new Message.Offer(Features.ALL, UUID.randomUUID(), SessionLimits.DEFAULT.window(), 3600);
        NegotiatedParameters parameters =
                new NegotiatedParameters(offer.features(), offer.session(), offer.window(), Duration.ofHours(1));
        client = session(link.client(), parameters, ChannelAcceptor.refuseAll("not here"));
        try {
            link.client().send(MessageWriter.write(new Message.Begin(offer.session(), 0, offer.window())));
            Session far = directory.begin(link.server(), offer, agreed -> session(link.server(), agreed, new EchoChannels()));
            server.complete(far);
            link.client().receive();
            read(client, link.client());
            read(far, link.server());
            channel = client.open(Transport.TCP, new Endpoint("echo.example", 7));
            channel.awaitConfirmation(LIMIT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Session session(MemoryLink link, NegotiatedParameters parameters, ChannelAcceptor acceptor) {
        return new Session(link, parameters, SessionLimits.DEFAULT, new SessionCounters(), acceptor, message -> { });
    }

    private static void read(Session session, MemoryLink link) {
        Thread.ofVirtual().name("honest reader").start(() -> {
            try {
                session.run(link);
            } catch (IOException e) {
                System.getLogger("test").log(System.Logger.Level.TRACE, "link ended", e);
            }
        });
    }

    void checkEcho() throws IOException {
        byte[] array = new byte[MessageWriter.DATA_ROOM + WORD.length];
        System.arraycopy(WORD, 0, array, MessageWriter.DATA_ROOM, WORD.length);
        channel.send(Compression.NONE, new Slice(array, MessageWriter.DATA_ROOM, WORD.length));
        Message.Data answer = channel.receive();
        assertNotNull(answer, "the end of an honest channel");
        assertArrayEquals(WORD, answer.payload().toBytes());
        channel.consumed(answer);
    }

    @Override
    public void close() {
        client.close(1000, "over");
        server.join().close(1000, "over");
    }
}
