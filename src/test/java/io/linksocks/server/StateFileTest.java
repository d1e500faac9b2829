package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    @TempDir
    Path folder;

    private StateFile file() {
        return new StateFile(folder.resolve("state"), "things");
    }

    private Path path(String name) {
        return folder.resolve("state").resolve(name);
    }

    private static JsonMembers thing(long number) {
        return new JsonMembers(Map.of("number", number));
    }

    private static long latest(StateFile file) throws IOException {
        return (Long) file.read().getFirst().members().get("number");
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        assertEquals(List.of(), file().read(), "before the first update");
        file().update(none -> List.of(thing(1), thing(2)));
        file().update(two -> {
            assertEquals(List.of(thing(1), thing(2)), two);
            return List.of(thing(3));
        });
        assertEquals(List.of(thing(3)), file().read());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void onlyItsUserCanReadIt() throws IOException {
        file().update(none -> List.of(thing(1)));
        file().update(one -> List.of(thing(2)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("state"))));
        for (String name : List.of("things.jsonl", "things.previous.jsonl", "lock")) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path(name))), name);
        }
    }

    @Test
    void aCrashAtAnyByteOfAnUpdateLeavesTheOldObjects() throws IOException {
        file().update(none -> List.of(thing(1)));
        byte[] old = Files.readAllBytes(path("things.jsonl"));
        file().update(one -> List.of(thing(2), thing(3)));
        byte[] next = Files.readAllBytes(path("things.jsonl"));
        for (byte[] draft : List.of(old, next)) {
            for (int length = 0; length <= draft.length; length++) {
                Files.write(path("things.jsonl"), old);
                Files.write(path("things.new"), Arrays.copyOf(draft, length));
                assertEquals(List.of(thing(1)), file().read());
                file().update(one -> List.of(thing(4)));
                assertEquals(List.of(thing(4)), file().read(), "the next update works");
            }
        }
    }

    @Test
    void aFileCutOffAtAnyByteIsRefusedAndTheLastGoodCopyNamed() throws IOException {
        file().update(none -> List.of(thing(1)));
        file().update(one -> List.of(thing(2)));
        byte[] whole = Files.readAllBytes(path("things.jsonl"));
        // Without the last line end, nothing is missing.
        for (int length = 0; length < whole.length - 1; length++) {
            Files.write(path("things.jsonl"), Arrays.copyOf(whole, length));
            String error = assertThrows(IOException.class, file()::read).getMessage();
            assertTrue(error.startsWith(path("things.jsonl") + " is damaged ("), error);
            assertTrue(error.contains("the last good copy is " + path("things.previous.jsonl")), error);
            assertThrows(IOException.class, () -> file().update(none -> List.of()), "not overwritten");
        }
        Files.move(path("things.previous.jsonl"), path("things.jsonl"),
                StandardCopyOption.REPLACE_EXISTING);
        assertEquals(List.of(thing(1)), file().read());
    }

    @Test
    void aFileOfAnotherFormatOrKindIsRefused() throws IOException {
        file().update(none -> List.of(thing(1)));
        String text = Files.readString(path("things.jsonl"));
        Files.writeString(path("things.jsonl"), text.replace("\"format\":1", "\"format\":2"));
        assertTrue(assertThrows(IOException.class, file()::read).getMessage().contains("another version"));
        Files.writeString(path("things.jsonl"), text.replace("\"things\"", "\"tokens\""));
        assertTrue(assertThrows(IOException.class, file()::read).getMessage().contains("not that of a file of things"));
    }

    /** Updates until it is killed, and prints each number once it is stored. */
    static final class Writer {
        public static void main(String[] folder) throws IOException {
            for (long number = 1;; number++) {
                long stored = number;
                new StateFile(Path.of(folder[0]), "things").update(old -> List.of(thing(stored)));
                System.out.println(number);
                System.out.flush();
            }
        }
    }

    @Test
    void aKilledProcessLosesNoUpdateThatItHasConfirmed() throws Exception {
        for (int updates : List.of(1, 2, 5, 9)) {
            Process writer = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
                    System.getProperty("java.class.path"), Writer.class.getName(), folder.resolve("state").toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            long confirmed = 0;
            try (BufferedReader out = writer.inputReader()) {
                while (confirmed < updates) {
                    confirmed = Long.parseLong(out.readLine());
                }
                writer.toHandle().destroyForcibly();
                writer.waitFor();
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    confirmed = Long.parseLong(line);
                }
            } finally {
                writer.destroyForcibly();
            }
            long stored = latest(file());
            assertTrue(stored == confirmed || stored == confirmed + 1, stored + " stored, " + confirmed + " confirmed");
        }
    }

    @Test
    void updatesOfTwoServersAtOnceAreNotLost() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                long number = i;
                threads.submit(() -> {
                    file().update(old -> Stream.concat(old.stream(),
                            Stream.of(thing(number))).toList());
                    return null;
                });
            }
        }
        assertEquals(20, file().read().size());
    }
}
