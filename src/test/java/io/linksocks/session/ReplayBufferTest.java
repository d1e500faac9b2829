package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Slice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReplayBufferTest {
    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final SessionMemory memory = budget.openSession("token");
    private final ReplayBuffer buffer = new ReplayBuffer(memory);

    /** A message in a buffer of the pool, which gets it back when the buffer forgets it. */
    private static Slice pooled() {
        return new Slice(BufferPool.HEAP.take(), 100, 200);
    }

    private static Slice plain(int length) {
        return Slice.of(new byte[length]);
    }

    /** Whether the pool has got this buffer back: last in is first out, but for what threads of other tests give back. */
    private static boolean isBack(Slice message) {
        List<ByteBuffer> taken = Stream.generate(BufferPool.HEAP::take).limit(8).toList();
        taken.stream().filter(buffer -> buffer != message.buffer()).forEach(BufferPool::release);
        return taken.stream().anyMatch(buffer -> buffer == message.buffer());
    }

    private void addWritten(Slice message, long now) {
        buffer.add(message, false, now, 0);
        buffer.written();
    }

    @Test
    void anAcknowledgementConfirmsWhatWasWrittenBeforeTheMessage() {
        buffer.add(plain(10), false, 1, 1000);
        buffer.written();
        buffer.add(plain(10), false, 2, 2000);
        buffer.written();
        assertEquals(0, buffer.confirmed());
        buffer.acknowledge(2);
        assertEquals(2000, buffer.confirmed());
    }

    @Test
    void whatIsRetransmittedConfirmsNothingOnTheNextLink() {
        buffer.add(plain(10), false, 1, 1000);
        buffer.written();
        buffer.acknowledge(1);
        buffer.add(plain(10), false, 2, 2000);
        buffer.written();
        buffer.confirm(1);
        buffer.rewind();
        assertEquals(0, buffer.confirmed());
        buffer.written();
        buffer.acknowledge(2);
        assertEquals(0, buffer.confirmed());
    }

    @Test
    void keepsWhatIsNotAcknowledged() {
        addWritten(plain(10), 1);
        addWritten(plain(20), 2);
        addWritten(plain(30), 3);
        assertEquals(60, buffer.bytes());
        assertEquals(2, buffer.acknowledge(2), "the time of the newest that is forgotten");
        assertEquals(30, buffer.bytes());
        assertEquals(0, buffer.acknowledge(2), "nothing new, so no time");
        assertEquals(3, buffer.acknowledge(3));
        assertEquals(0, buffer.bytes());
    }

    @Test
    void countsTheArraysThatItHoldsOnTo() {
        Slice pooled = pooled();
        addWritten(pooled, 1);
        addWritten(plain(20), 2);
        assertEquals(pooled.capacity() + 20, buffer.memory());
        buffer.acknowledge(1);
        assertEquals(20, buffer.memory());
        buffer.acknowledge(2);
        assertEquals(0, buffer.memory());
    }

    @Test
    void chargesTheBudgetUntilMessagesAreAcknowledgedOrDropped() {
        long share = budget.share("token");
        addWritten(plain(1000), 1);
        addWritten(plain(2000), 2);
        addWritten(plain(4000), 3);
        assertEquals(share - 7000, budget.share("token"));
        buffer.acknowledge(2);
        assertEquals(share - 4000, budget.share("token"));
        buffer.add(plain(50), true, 4, 0);
        assertEquals(share - 4000, budget.share("token"), "control messages are not data");
        assertEquals(50 + MemoryBudget.KEPT, memory.kept(Backlog.CONTROL));
        buffer.drop();
        assertEquals(share, budget.share("token"));
        assertEquals(0, memory.kept(Backlog.CONTROL));
    }

    @Test
    void believesOnlyWhatCanBe() {
        assertTrue(buffer.isPlausible(0));
        assertFalse(buffer.isPlausible(1));
        addWritten(plain(1), 1);
        addWritten(plain(1), 2);
        assertTrue(buffer.isPlausible(2));
        assertFalse(buffer.isPlausible(3));
        buffer.acknowledge(2);
        assertFalse(buffer.isPlausible(1), "below what was acknowledged");
        assertTrue(buffer.isPlausible(2));
        assertFalse(buffer.isPlausible(Long.MAX_VALUE));
    }

    @Test
    void anAcknowledgementThatComesLateChangesNothing() {
        addWritten(plain(1), 1);
        addWritten(plain(2), 2);
        buffer.acknowledge(2);
        assertTrue(buffer.hasSent(1));
        assertEquals(0, buffer.acknowledge(1));
        assertFalse(buffer.isPlausible(1), "a new link may not begin with it, though");
        assertFalse(buffer.hasSent(3));
    }

    @Test
    void aMessageThatIsBeingWrittenKeepsItsArrayWhateverIsAcknowledged() {
        Slice message = pooled();
        buffer.add(message, false, 5, 0);
        assertEquals(0, buffer.acknowledge(1), "still being written");
        assertEquals(200, buffer.bytes());
        assertFalse(isBack(message));
        buffer.written();
        assertEquals(0, buffer.bytes());
        assertTrue(isBack(message));
    }

    @Test
    void givesBuffersBackOnce() {
        Slice first = pooled();
        addWritten(first, 1);
        buffer.acknowledge(1);
        buffer.acknowledge(1);
        ByteBuffer one = BufferPool.HEAP.take();
        ByteBuffer other = BufferPool.HEAP.take();
        assertSame(first.buffer(), one);
        assertNotSame(one, other, "two owners would share it");
    }

    @Test
    void afterAResumeRepeatsWhatThePeerLacks() {
        List<Slice> messages = List.of(plain(1), plain(2), plain(3), plain(4));
        addWritten(messages.get(0), 1);
        addWritten(messages.get(1), 2);
        addWritten(messages.get(2), 3);
        buffer.add(messages.get(3), false, 4, 0);
        buffer.acknowledge(1);
        buffer.confirm(2);
        assertEquals(messages.subList(2, 4), buffer.rewind());
        buffer.written();
        buffer.written();
        assertEquals(0, buffer.acknowledge(4), "the round trip of a repeated message can't be told");
        addWritten(plain(5), 9);
        assertEquals(9, buffer.acknowledge(5));
    }

    @Test
    void aRepeatedMessageIsKeptUntilItIsWrittenAgain() {
        Slice message = pooled();
        addWritten(message, 1);
        buffer.confirm(0);
        assertEquals(List.of(message), buffer.rewind());
        buffer.acknowledge(1);
        assertFalse(isBack(message), "it is read while it is written");
        buffer.written();
        assertTrue(isBack(message));
    }

    @Test
    void repeatsExactlyTheRestHoweverOftenTheLinkBreaks() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Slice> sent = new ArrayList<>();
        long received = 0;
        int written = 0;
        for (int step = 0; step < 5_000; step++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    sent.add(plain(random.nextInt(50)));
                    buffer.add(sent.getLast(), false, 1, 0);
                }
                case 2 -> {
                    if (written < sent.size()) {
                        buffer.written();
                        written++;
                    }
                }
                case 3 -> received += random.nextInt((int) (written - received + 1));
                case 4 -> buffer.acknowledge(received);
                default -> {
                    buffer.confirm(received);
                    written = (int) received;
                    assertEquals(sent.subList(written, sent.size()), buffer.rewind(), "seed " + seed + " step " + step);
                }
            }
            assertTrue(buffer.bytes() <= sent.stream().mapToInt(Slice::length).sum(), "seed " + seed);
        }
        buffer.confirm(received);
        long rest = sent.stream().skip(received).mapToInt(Slice::length).sum();
        assertEquals(rest, buffer.bytes(), "seed " + seed);
    }
}
