package io.linksocks.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Transport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever a relay does to the records of a short conversation, the reader has a beginning of what was sent and knows that
 * it is not all. Every case of each kind is tried.
 */
class TamperedRecordsTest {
    private static final byte[] KEY = new byte[32];
    private static final byte[] SENT = "onetwo, and three".getBytes();

    private List<byte[]> records;
    private int cases;

    @BeforeEach
    void seal() throws SealException {
        CipherState.CIPHERS.clear();
        RecordWriter writer = new RecordWriter(new CipherState(KEY));
        records = List.of(Conversation.record(writer, "one".getBytes()), Conversation.record(writer, "two, ".getBytes()),
                Conversation.record(writer, "and three".getBytes()), writer.end().toBytes());
    }

    private static RecordReader reader() {
        return new RecordReader(new CipherState(KEY), false);
    }

    private void assertBroken(String what, byte[] stream) {
        for (int length : new int[] {1, 7, Math.max(1, stream.length)}) {
            Conversation.Outcome outcome = Conversation.read(reader(), Conversation.pieces(stream, length));
            assertFalse(outcome.complete(), what + " in pieces of " + length);
            assertArrayEquals(Arrays.copyOf(SENT, Math.min(SENT.length, outcome.bytes().length)), outcome.bytes(), what);
            assertTrue(outcome.bytes().length <= SENT.length, what);
        }
        cases++;
    }

    private void assertBroken(String what, List<byte[]> stream) {
        assertBroken(what, Conversation.join(stream));
    }

    @Test
    void joinedAndSplitMessagesChangeNothing() {
        byte[] stream = Conversation.join(records);
        for (int length = 1; length <= stream.length; length++) {
            Conversation.Outcome outcome = Conversation.read(reader(), Conversation.pieces(stream, length));
            assertTrue(outcome.complete(), "pieces of " + length);
            assertArrayEquals(SENT, outcome.bytes(), "pieces of " + length);
        }
        for (int cut = 0; cut <= stream.length; cut++) {
            Conversation.Outcome outcome = Conversation.read(reader(),
                    List.of(Arrays.copyOf(stream, cut), Arrays.copyOfRange(stream, cut, stream.length)));
            assertTrue(outcome.complete(), "cut at " + cut);
            assertArrayEquals(SENT, outcome.bytes(), "cut at " + cut);
        }
    }

    @Test
    void everyFlippedBitBreaksTheStream() {
        byte[] stream = Conversation.join(records);
        for (int bit = 0; bit < 8 * stream.length; bit++) {
            byte[] flipped = stream.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertBroken("bit " + bit, flipped);
        }
        assertEquals(8 * stream.length, cases);
    }

    @Test
    void everyByteThatIsLeftOutOrAddedBreaksTheStream() {
        byte[] stream = Conversation.join(records);
        for (int at = 0; at < stream.length; at++) {
            byte[] head = Arrays.copyOf(stream, at);
            assertBroken("without byte " + at, List.of(head, Arrays.copyOfRange(stream, at + 1, stream.length)));
            assertBroken("twice byte " + at,
                    List.of(head, new byte[] {stream[at]}, Arrays.copyOfRange(stream, at, stream.length)));
            assertBroken("cut at " + at, head);
        }
    }

    @Test
    void everyRecordThatIsLeftOutBreaksTheStream() {
        for (int set = 0; set < (1 << records.size()) - 1; set++) {
            List<byte[]> some = new ArrayList<>();
            for (int i = 0; i < records.size(); i++) {
                if ((set >> i & 1) == 1) {
                    some.add(records.get(i));
                }
            }
            assertBroken("only the records " + Integer.toBinaryString(set), some);
        }
    }

    /** All records everywhere: this repeats them, swaps them, and puts them into any order. */
    @Test
    void everyOtherOrderOfRecordsBreaksTheStream() {
        int count = records.size();
        for (int order = 0; order < Math.pow(count, count); order++) {
            List<byte[]> ordered = new ArrayList<>();
            boolean right = true;
            for (int i = 0, rest = order; i < count; i++, rest /= count) {
                ordered.add(records.get(rest % count));
                right &= rest % count == i;
            }
            if (!right) {
                assertBroken("order " + Integer.toString(order, count), ordered);
            }
        }
        assertEquals(255, cases);
    }

    @Test
    void everyRepeatedRecordBreaksTheStream() {
        for (int i = 0; i < records.size(); i++) {
            for (int at = i + 1; at <= records.size(); at++) {
                List<byte[]> repeated = new ArrayList<>(records);
                repeated.add(at, records.get(i));
                byte[] stream = Conversation.join(repeated);
                Conversation.Outcome outcome = Conversation.read(reader(), List.of(stream));
                assertArrayEquals(Arrays.copyOf(SENT, outcome.bytes().length), outcome.bytes());
                assertFalse(outcome.complete() && outcome.bytes().length < SENT.length);
                assertBroken("record " + i + " again at " + at, stream);
            }
        }
    }

    /** A record is split in two, or two are joined to one, with lengths that look right. */
    @Test
    void everySplitOrJoinedRecordBreaksTheStream() {
        for (int i = 0; i < records.size(); i++) {
            byte[] record = records.get(i);
            for (int at = RecordWriter.HEADER; at < record.length; at++) {
                List<byte[]> split = new ArrayList<>(records);
                split.set(i, framed(Arrays.copyOfRange(record, RecordWriter.HEADER, at)));
                split.add(i + 1, framed(Arrays.copyOfRange(record, at, record.length)));
                assertBroken("record " + i + " split at " + at, split);
            }
            if (i > 0) {
                List<byte[]> joined = new ArrayList<>(records);
                byte[] second = joined.remove(i);
                byte[] first = joined.remove(i - 1);
                joined.add(i - 1, framed(Conversation.join(List.of(content(first), content(second)))));
                assertBroken("records " + (i - 1) + " and " + i + " joined", joined);
            }
        }
    }

    @Test
    void recordsOfTheOtherDirectionBreakTheStream() throws SealException {
        RecordWriter other = Conversation.ends(Transport.TCP)[1].writer();
        assertBroken("reflected", List.of(Conversation.record(other, "one".getBytes()), other.end().toBytes()));
    }

    @Test
    void whatFollowsTheEndBreaksTheStream() {
        for (byte[] record : records) {
            List<byte[]> more = new ArrayList<>(records);
            more.add(record);
            assertFalse(Conversation.read(reader(), List.of(Conversation.join(more))).complete());
        }
    }

    private static byte[] content(byte[] record) {
        return Arrays.copyOfRange(record, RecordWriter.HEADER, record.length);
    }

    private static byte[] framed(byte[] content) {
        byte[] record = new byte[RecordWriter.HEADER + content.length];
        record[0] = (byte) (content.length >> 8);
        record[1] = (byte) content.length;
        System.arraycopy(content, 0, record, RecordWriter.HEADER, content.length);
        return record;
    }
}
