package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class LinkReadersTest {
    private final LinkReaders readers = new LinkReaders(1);

    private Thread readerOfOneLink() throws IOException {
        Thread[] reader = new Thread[1];
        readers.run("peer", () -> reader[0] = Thread.currentThread());
        return reader[0];
    }

    @Test
    void aLinkIsReadByAPlatformThreadOfItsOwn() throws IOException {
        Thread reader = readerOfOneLink();
        assertNotSame(Thread.currentThread(), reader);
        assertEquals(false, reader.isVirtual());
    }

    @Test
    void linksBeyondTheLimitAreReadByTheirCaller() throws IOException {
        readers.run("first", () -> assertSame(Thread.currentThread(), readerOfOneLink()));
    }

    @Test
    void anEndedLinkLeavesItsPlatformThreadToAnother() throws IOException {
        readerOfOneLink();
        assertNotSame(Thread.currentThread(), readerOfOneLink());
    }

    @Test
    void theCallerGetsTheFailureOfTheReader() throws IOException {
        IOException failure = assertThrows(IOException.class, () -> readers.run("peer", () -> {
            throw new IOException("connection lost");
        }));
        assertEquals("connection lost", failure.getMessage());
        assertNotSame(Thread.currentThread(), readerOfOneLink());
    }
}
