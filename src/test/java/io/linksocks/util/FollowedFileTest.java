package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FollowedFileTest {
    private static final Duration SETTLE = Duration.ofSeconds(1);

    @TempDir
    Path folder;
    private long now = Long.MAX_VALUE - 1;

    private Path file() {
        return folder.resolve("file");
    }

    private FollowedFile follow(String text) throws IOException {
        Files.writeString(file(), text);
        return new FollowedFile(new TextFile(file(), 1000), SETTLE, () -> now);
    }

    private void assertUnchanged(FollowedFile followed, String text) throws IOException {
        assertFalse(followed.refresh());
        assertEquals(text, followed.text());
    }

    @Test
    void aChangeCountsWhenItIsFoundAgain() throws IOException {
        FollowedFile followed = follow("a\n");
        Files.writeString(file(), "b\n");
        assertUnchanged(followed, "a\n");
        assertTrue(followed.isChanging());
        now += SETTLE.toNanos() - 1;
        assertUnchanged(followed, "a\n");
        now++;
        assertTrue(followed.refresh());
        assertEquals("b\n", followed.text());
        assertFalse(followed.isChanging());
        assertUnchanged(followed, "b\n");
    }

    @Test
    void aFileThatIsBeingWrittenCountsWhenItIsComplete() throws IOException {
        FollowedFile followed = follow("first\n");
        for (String part : new String[] {"s", "sec", "second\nthi", "second\nthird\n"}) {
            Files.writeString(file(), part);
            assertUnchanged(followed, "first\n");
            now += SETTLE.toNanos();
        }
        assertTrue(followed.refresh());
        assertEquals("second\nthird\n", followed.text());
    }

    @Test
    void aChangeThatIsTakenBackIsNone() throws IOException {
        FollowedFile followed = follow("a\n");
        Files.writeString(file(), "b\n");
        assertUnchanged(followed, "a\n");
        Files.writeString(file(), "a\n");
        now += SETTLE.toNanos();
        assertUnchanged(followed, "a\n");
        assertFalse(followed.isChanging());
    }

    @Test
    void anEmptyFileIsNoChangeHoweverLongItIsSo() throws IOException {
        FollowedFile followed = follow("a\n");
        Files.writeString(file(), " \n");
        assertUnchanged(followed, "a\n");
        now += SETTLE.toNanos();
        assertTrue(assertThrows(IOException.class, followed::refresh).getMessage().startsWith("empty"));
        assertEquals("a\n", followed.text());
    }

    @Test
    void whoSaysThatItIsCompleteNeedNotWait() throws IOException {
        FollowedFile followed = follow("a\n");
        Files.writeString(file(), "b\n");
        followed.reread();
        assertEquals("b\n", followed.text());
        assertUnchanged(followed, "b\n");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPipeIsReadOnce() throws Exception {
        assertEquals(0, new ProcessBuilder("mkfifo", file().toString()).start().waitFor());
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                Files.writeString(file(), "forward a\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        FollowedFile followed = new FollowedFile(new TextFile(file(), 1000), Duration.ZERO, () -> now);
        writer.join();
        assertUnchanged(followed, "forward a\n");
        followed.reread();
        assertEquals("forward a\n", followed.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void aByteOrderMarkTellsTheCharsetAndIsNoText(String charset) throws IOException {
        Files.write(file(), "\uFEFFt\u00f6ken\r\n".getBytes(charset));
        assertEquals("t\u00f6ken\r\n", new TextFile(file(), 1000).read());
        assertEquals("t\u00f6ken\r\n", new TextFile(file(), 1000, StandardCharsets.ISO_8859_1).read());
    }

    @Test
    void whatIsNoTextIsRefusedInWords() throws IOException {
        Files.write(file(), new byte[] {(byte) 0xFF, 'a'});
        assertEquals("not UTF-8 text", assertThrows(IOException.class, () -> new TextFile(file(), 1000).read()).getMessage());
        assertEquals("\u00ffa", new TextFile(file(), 1000, StandardCharsets.ISO_8859_1).read());
        assertEquals("longer than 1 bytes", assertThrows(IOException.class, () -> new TextFile(file(), 1).read()).getMessage());
        assertEquals("no such file",
                assertThrows(IOException.class, () -> new TextFile(folder.resolve("none"), 1).read()).getMessage());
    }
}
