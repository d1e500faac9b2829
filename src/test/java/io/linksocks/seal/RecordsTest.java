package io.linksocks.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordsTest {
    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1023, RecordWriter.MAX_DATA - 1, RecordWriter.MAX_DATA, RecordWriter.MAX_DATA + 1,
        2 * RecordWriter.MAX_DATA, BufferPool.LARGE_PAYLOAD, RecordWriter.MAX_BATCH})
    void batchIsSealedInPlaceAndOpenedAtOnce(int length) throws SealException {
        Records[] ends = Conversation.ends(Transport.TCP);
        byte[] sent = random(length);
        byte[] array = new byte[RecordWriter.ROOM + length];
        System.arraycopy(sent, 0, array, RecordWriter.ROOM, length);
        Slice sealed = ends[0].writer().data(array, RecordWriter.ROOM, length);
        assertSame(array, sealed.array());
        assertEquals(RecordWriter.sealedLength(length), sealed.length());
        assertEquals(array.length, sealed.offset() + sealed.length());

        RecordReader reader = ends[1].reader();
        reader.offer(sealed);
        assertArrayEquals(sent, reader.next().toBytes());
        assertTrue(reader.isExhausted());
        assertNull(reader.next());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 19, 100, 32_768, 40_000})
    void recordsAreOpenedHoweverTheyArrive(int pieces) throws SealException {
        Records[] ends = Conversation.ends(Transport.TCP);
        byte[] sent = random(100_000);
        byte[] array = new byte[RecordWriter.ROOM + sent.length];
        System.arraycopy(sent, 0, array, RecordWriter.ROOM, sent.length);
        byte[] stream = Conversation.join(List.of(
                ends[0].writer().data(array, RecordWriter.ROOM, sent.length).toBytes(), ends[0].writer().end().toBytes()));
        Conversation.Outcome outcome = Conversation.read(ends[1].reader(), Conversation.pieces(stream, pieces));
        assertTrue(outcome.complete());
        assertArrayEquals(sent, outcome.bytes());
    }

    @Test
    void keyIsReplacedAfterSoManyRecordsInBothDirections() throws SealException {
        byte[] key = random(32);
        RecordWriter writer = new RecordWriter(new CipherState(key), 3);
        RecordReader reader = new RecordReader(new CipherState(key), false, 3);
        RecordReader neverReplacing = new RecordReader(new CipherState(key), false);
        for (int i = 0; i < 10; i++) {
            byte[] record = Conversation.record(writer, (byte) i);
            reader.offer(Slice.of(record));
            assertEquals((byte) i, reader.next().toBytes()[0]);
            neverReplacing.offer(Slice.of(record));
            if (i < 3) {
                neverReplacing.next();
            } else {
                assertThrows(SealException.class, neverReplacing::next, "record " + i);
            }
        }
    }

    @Test
    void nothingIsSealedAfterTheEnd() throws SealException {
        RecordWriter writer = Conversation.ends(Transport.TCP)[0].writer();
        assertEquals(RecordWriter.OVERHEAD, writer.end().length());
        assertNull(writer.end());
        assertThrows(SealException.class, () -> Conversation.record(writer, (byte) 0));
    }

    @Test
    void datagramsComeOutOneByOne() throws SealException {
        Records[] ends = Conversation.ends(Transport.UDP);
        Endpoint v6 = new Endpoint("2001:db8::1", 53);
        byte[] stream = Conversation.join(List.of(
                ends[0].writer().datagram(Slice.of(random(1200)), v6).toBytes(),
                ends[0].writer().datagram(Slice.of(new byte[0]), new Endpoint("name.example", 65_535)).toBytes()));
        RecordReader reader = ends[1].reader();
        reader.offer(Slice.of(stream));
        SealedDatagram first = SealedDatagram.read(reader.next());
        assertEquals(v6, first.address());
        assertArrayEquals(random(1200), first.payload().toBytes());
        SealedDatagram second = SealedDatagram.read(reader.next());
        assertEquals(new Endpoint("name.example", 65_535), second.address());
        assertEquals(0, second.payload().length());
        assertNull(reader.next());
    }

    @Test
    void largestDatagramOfASocksClientFitsAndALargerOneIsDropped() throws SealException {
        RecordWriter writer = Conversation.ends(Transport.UDP)[0].writer();
        Endpoint v4 = new Endpoint("255.255.255.255", 65_535);
        assertEquals(65_497, 65_507 - 10, "IPv4 and the header of RFC 1928");
        assertTrue(writer.datagram(Slice.of(new byte[65_497]), v4) != null);
        assertNull(writer.datagram(Slice.of(new byte[65_527]), v4));
    }

    @Test
    void recordsOfTheOtherTransportAreRefused() throws SealException {
        byte[] key = random(32);
        CipherState.CIPHERS.clear();
        byte[] datagram = new RecordWriter(new CipherState(key))
                .datagram(Slice.of(new byte[5]), Conversation.TARGET).toBytes();
        RecordReader stream = new RecordReader(new CipherState(key), false);
        stream.offer(Slice.of(datagram));
        assertThrows(SealException.class, stream::next);
        CipherState.CIPHERS.clear();
        RecordReader datagrams = new RecordReader(new CipherState(key), true);
        datagrams.offer(Slice.of(Conversation.record(new RecordWriter(new CipherState(key)), (byte) 1)));
        assertThrows(SealException.class, datagrams::next);
    }

    @Test
    void announcedLengthTakesNoMemory() throws SealException {
        RecordReader reader = Conversation.ends(Transport.TCP)[1].reader();
        reader.offer(Slice.of(new byte[] {(byte) 0x80, 0x10}));
        assertNull(reader.next());
        assertTrue(reader.pending() < 100);
        assertThrows(SealException.class, () -> {
            RecordReader other = Conversation.ends(Transport.TCP)[1].reader();
            other.offer(Slice.of(new byte[] {(byte) 0x80, 0x12}));
            other.next();
        }, "longer than any");
    }
}
