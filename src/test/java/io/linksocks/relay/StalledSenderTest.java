package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Transport;
import io.linksocks.session.Channel;
import io.linksocks.session.MemoryBudget;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a sender holds while its reader takes nothing, in two sessions without a network. */
@Timeout(240)
class StalledSenderTest {
    /** Credit for one message, which overdraws it. */
    private static final int WINDOW = 1000;
    /** Enough to look worth compressing, and too little to be compressed. */
    private static final byte[] TEXT = "and so on ".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
    /** What waits for credit after the first message. */
    private static final int REST = TEXT.length - BufferPool.PAYLOAD;

    private final MemoryBudget budget = new MemoryBudget(64 << 20);
    private final BlockingQueue<Channel> dialled = new LinkedBlockingQueue<>();
    private final SessionPair sessions = new SessionPair(
            new NegotiatedParameters(Features.ALL, new UUID(1, 2), WINDOW, Duration.ofMinutes(1)),
            SessionLimits.DEFAULT.withWindows(WINDOW, WINDOW, 1 << 20).withMemory(budget), dialled::add);
    private Channel reader;
    private long idle;

    @BeforeEach
    void stall() throws Exception {
        Channel sender = open();
        Thread.ofVirtual().start(new TcpRelay(new Socket(), ScriptedSource.of(TEXT), sender, BatchOptions.DEFAULT)::run);
        awaitStall();
    }

    private Channel open() throws Exception {
        reader = sessions.opener.open(Transport.TCP, new Endpoint("a.invalid", 1));
        Channel sender = dialled.take();
        sender.confirm();
        reader.awaitConfirmation();
        idle = budget.used();
        return sender;
    }

    /**
     * Until what has arrived is counted with its array and something for its thread, and what waits with just its length; not
     * when the first message is counted as one to be sent, for it will be counted twice in a moment.
     */
    private void awaitStall() {
        long least = idle + TEXT.length + 1000;
        long most = idle + BufferPool.PAYLOAD * 5 / 4 + REST;
        awaitUsed("counted", used -> least <= used && used <= most);
    }

    @AfterEach
    void close() {
        sessions.close();
    }

    private void awaitUsed(String what, LongPredicate condition) {
        Waiting.until(what, () -> condition.test(budget.used()));
    }

    @Test
    void whatWaitsIsGivenBackWhenItLeaves() throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        for (Message.Data data = reader.receive(); data != null; data = reader.receive()) {
            received.writeBytes(data.payload().toBytes());
            reader.consumed(data);
        }
        assertArrayEquals(TEXT, received.toByteArray());
        awaitUsed("given back", used -> used <= idle);
    }

    @Test
    void andWhenNobodyWantsItAnyMore() {
        reader.endInput();
        reader.close("");
        awaitUsed("given back", used -> used == 0);
    }

    @Test
    void andWhenTheSessionsEnd() {
        sessions.close();
        awaitUsed("given back", used -> used == 0);
    }

    @Test
    void andSoItIsWithWhatIsWrittenToAStream() throws Exception {
        Channel sender = open();
        ChannelStreams streams = new ChannelStreams(sender, sender.target(), BatchOptions.DEFAULT);
        FutureTask<Void> writing = new FutureTask<>(() -> {
            streams.out().write(TEXT);
            return null;
        });
        Thread.ofVirtual().start(writing);
        awaitStall();
        sessions.close();
        assertThrows(ExecutionException.class, writing::get);
        awaitUsed("given back", used -> used == 0);
    }
}
