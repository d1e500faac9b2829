package io.linksocks.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.http.HttpException;
import io.linksocks.http.ProxyRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadMemoryTest {
    private static final String LARGE = fields("X: " + "a".repeat(16 << 10), 1);
    private final HeadMemory memory = new HeadMemory(1 << 20);

    private static String fields(String field, int count) {
        return (field + "\r\n").repeat(count);
    }

    private HeadMemory.Head head(String fields) {
        String head = "GET http://a/ HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
        return memory.new Head(new ByteArrayInputStream(head.getBytes(StandardCharsets.US_ASCII)));
    }

    /** What one head may hold times the connections of a port is more than any heap. */
    @ParameterizedTest
    @CsvSource({"16384, 1", "1, 400"})
    void headsAreRefusedWhenAllTogetherHoldTooMuch(int length, int count) throws IOException {
        String fields = fields("X: " + "a".repeat(length), count);
        List<HeadMemory.Head> held = new ArrayList<>();
        HttpException refusal = assertThrows(HttpException.class, () -> {
            for (int i = 0; i < 1000; i++) {
                held.add(head(fields));
                ProxyRequest.read(held.getLast());
            }
        });
        assertEquals(503, refusal.status());
        assertEquals("a", ProxyRequest.read(head("")).destination().host(), "a small one passes");
        held.forEach(HeadMemory.Head::release);
        assertEquals("a", ProxyRequest.read(head(fields)).destination().host());
    }

    @Test
    void headsOfOneConnectionAreReleasedOneByOne() throws IOException {
        for (int i = 0; i < 1000; i++) {
            HeadMemory.Head head = head(LARGE);
            ProxyRequest.read(head);
            head.release();
        }
    }
}
