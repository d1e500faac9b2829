package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.CloseCode;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CloseTest {
    @Test
    void onlySomeCodesMayTravel() {
        Set<Integer> expected = Set.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014);
        assertEquals(expected, IntStream.range(0, 3000).filter(CloseCode::mayBeSent).boxed().collect(Collectors.toSet()));
        assertTrue(IntStream.range(3000, 5000).allMatch(CloseCode::mayBeSent));
        assertTrue(IntStream.rangeClosed(5000, 0xFFFF).noneMatch(CloseCode::mayBeSent));
    }

    @Test
    void readsWhatItWrites() throws IOException {
        assertEquals(new FrameEvent.Close(1008, "nö"), FrameEvent.Close.read(new FrameEvent.Close(1008, "nö").payload()));
        assertEquals(0, new FrameEvent.Close(CloseCode.NO_STATUS, "none").payload().length);
    }

    @Test
    void cutsALongReasonAtACharacter() throws IOException {
        byte[] payload = new FrameEvent.Close(1000, "a" + "ä".repeat(100)).payload();
        assertEquals(new FrameEvent.Close(1000, "a" + "ä".repeat(61)), FrameEvent.Close.read(payload));
        assertEquals(FrameWriter.MAX_CONTROL, payload.length);
        assertEquals("€".repeat(41), FrameEvent.Close.cut("€".repeat(42)));
        assertEquals("", FrameEvent.Close.cut(""));
    }
}
