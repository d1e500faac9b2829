package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Features;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.util.ThreadDump;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class OutboxTest {
    private static final String NAME = "outbox-test";

    private final MemoryLink.Pair link = MemoryLink.pair(NAME, 1000);
    private final SessionMemory memory = new MemoryBudget(1 << 20).openSession("token");
    private final ReliableSender sender = new ReliableSender(link.client(),
            new NegotiatedParameters(Features.ALL, new UUID(1, 1), 1, Duration.ofMinutes(1)), SessionLimits.DEFAULT, memory,
            new SessionTally(new SessionCounters()), () -> { });
    private final Outbox outbox = new Outbox(sender, memory, NAME, failure -> { }, () -> { });

    @AfterEach
    void stop() {
        outbox.stop();
        sender.end("test is over");
        Waiting.until("outbox has stopped", () -> ThreadDump.of(head -> head.contains(NAME)).isEmpty());
    }

    private Message next() throws IOException {
        return MessageReader.read(link.server().receive());
    }

    private Message.Ack nextAck() throws IOException {
        return assertInstanceOf(Message.Ack.class, next());
    }

    @Test
    void acknowledgesASingleMessageAfterAWhile() throws IOException {
        outbox.onReceived(1);
        Message.Ack ack = nextAck();
        assertEquals(1, ack.received());
        assertTrue(ack.delayMicros() > 0, "it had to wait for company");
        outbox.onReceived(1);
        assertEquals(2, nextAck().received());
    }

    @Test
    void acknowledgesManyBytesAtOnceAndTogether() throws IOException {
        for (int i = 0; i < 200; i++) {
            outbox.onReceived(64 << 10);
        }
        List<Long> received = new ArrayList<>();
        do {
            received.add(nextAck().received());
        } while (received.getLast() < 200);
        assertEquals(received.stream().sorted().distinct().toList(), received, "each says more than the one before");
        assertTrue(received.size() < 200, "not every message has an Ack of its own");
        assertEquals(200, outbox.received());
    }

    @Test
    void sendsWhatIsPostedInOrder() throws IOException {
        for (int i = 0; i < 100; i++) {
            outbox.post(new Message.Disconnect(new UUID(0, i), ""));
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(new Message.Disconnect(new UUID(0, i), ""), next());
        }
        assertTrue(sender.replayBytes() > 0, "posted messages are numbered");
    }

    @Test
    void keepsWhatIsPostedWhileThereIsNoLink() throws IOException {
        sender.detach(link.client());
        outbox.post(new Message.Fin(new UUID(1, 2)));
        Waiting.until("kept", () -> sender.replayBytes() > 0);
        sender.pause();
        sender.attach(link.client(), 0);
        sender.retransmit(link.client());
        assertEquals(new Message.Fin(new UUID(1, 2)), next());
    }

    @Test
    void noticesAFlood() {
        assertFalse(outbox.isFlooded());
        link.server().abort();
        sender.pause();
        for (int i = 0; i < 300_000; i++) {
            outbox.post(new Message.Fin(new UUID(1, i)));
        }
        assertTrue(outbox.isFlooded());
        sender.end("flooded");
        sender.retransmit(link.client());
    }
}
