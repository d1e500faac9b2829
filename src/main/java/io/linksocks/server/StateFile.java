package io.linksocks.server;

import io.linksocks.json.Json;
import io.linksocks.util.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * A file of JSON objects, one a line, between a first line with the format version and a last one with their number. It is
 * only ever replaced as a whole, so a crash at any moment leaves the old or the new one, and it keeps a copy of the one before.
 * Only its user can read it. Several processes may update it.
 */
final class StateFile {
    private static final String KIND = "linksocks";
    private static final String FORMAT = "format";
    private static final String END = "end";
    private static final long VERSION = 1;

    /** File locks are held by a process, so its threads need another one. */
    private static final ReentrantLock PROCESS = new ReentrantLock();

    private final Path file;
    private final Path previous;
    private final Path draft;
    private final String kind;
    private final boolean posix;

    /**
     * @param folder created when the first update comes
     * @param kind name of the file, and what its first line says
     */
    StateFile(Path folder, String kind) {
        this.file = folder.resolve(kind + ".jsonl");
        this.previous = folder.resolve(kind + ".previous.jsonl");
        this.draft = folder.resolve(kind + ".new");
        this.kind = kind;
        this.posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    // --- reading -----------------------------------------------------------------------------------------------------

    /**
     * Reads all objects; none when there is no file.
     *
     * @throws IOException naming the file, and its last good copy when it is damaged
     */
    List<JsonMembers> read() throws IOException {
        byte[] bytes = bytes();
        try {
            return bytes == null ? List.of() : parse(bytes);
        } catch (IllegalArgumentException e) {
            throw damaged(e.getMessage());
        }
    }

    /** The error for objects that can be read, but not be used. */
    IOException damaged(String why) {
        return new IOException(file + " is damaged (" + why + "); " + (isGood(previous)
                ? "the last good copy is " + previous + ": replace the damaged file by it"
                : "there is no good copy, so move it away to start without what was in it"));
    }

    private byte[] bytes() throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new IOException("can't read " + file + ": " + Reason.of(e), e);
        }
    }

    private boolean isGood(Path copy) {
        try {
            parse(Files.readAllBytes(copy));
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private List<JsonMembers> parse(byte[] bytes) {
        List<String> lines = text(bytes).lines().toList();
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("it is empty");
        }
        List<JsonMembers> objects = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            objects.add(object(lines.get(i), i + 1));
        }
        JsonMembers first = objects.removeFirst();
        if (!kind.equals(first.members().get(KIND))) {
            throw new IllegalArgumentException("line 1 is not that of a file of " + kind);
        }
        if (!Long.valueOf(VERSION).equals(first.members().get(FORMAT))) {
            throw new IllegalArgumentException("its format is that of another version of LinkSocks");
        }
        if (objects.isEmpty() || !Long.valueOf(objects.size() - 1L).equals(objects.removeLast().members().get(END))) {
            throw new IllegalArgumentException("its end is missing");
        }
        return objects;
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it is not UTF-8 text", e);
        }
    }

    private static JsonMembers object(String line, int number) {
        try {
            return JsonMembers.parse(line);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("line " + number + " is no JSON object", e);
        }
    }

    // --- writing -----------------------------------------------------------------------------------------------------

    /**
     * Replaces the objects; when this returns, they are on the disk.
     *
     * @param change from the present objects to the new ones; called while no other process can update the file. An
     *     {@link IllegalArgumentException} means that it can't use the present ones
     * @throws IOException when the file is damaged or can't be written, and then it is as it was
     */
    void update(UnaryOperator<List<JsonMembers>> change) throws IOException {
        PROCESS.lock();
        try {
            Files.createDirectories(file.toAbsolutePath().getParent(), owned("rwx------"));
            try (FileChannel channel = FileChannel.open(file.resolveSibling("lock"),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), owned("rw-------"))) {
                // Until the channel is closed.
                channel.lock();
                byte[] now = bytes();
                byte[] next = write(changed(change));
                if (now != null) {
                    replace(previous, now);
                }
                replace(file, next);
            }
        } finally {
            PROCESS.unlock();
        }
    }

    private List<JsonMembers> changed(UnaryOperator<List<JsonMembers>> change) throws IOException {
        try {
            return change.apply(read());
        } catch (IllegalArgumentException e) {
            throw damaged(e.getMessage());
        }
    }

    private byte[] write(List<JsonMembers> objects) {
        Map<String, Object> first = new LinkedHashMap<>();
        first.put(KIND, kind);
        first.put(FORMAT, VERSION);
        StringBuilder text = new StringBuilder(Json.write(first)).append('\n');
        objects.forEach(object -> text.append(Json.write(object.members())).append('\n'));
        text.append(Json.write(Map.of(END, (long) objects.size()))).append('\n');
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Writes the whole to another file first, which then takes the place of the old one; an exception names the file. */
    private void replace(Path target, byte[] bytes) throws IOException {
        try {
            writeDraft(bytes);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(draft + ": " + Reason.of(e), e);
        }
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        syncFolder();
    }

    private void writeDraft(byte[] bytes) throws IOException {
        Files.deleteIfExists(draft);
        try (FileChannel out = FileChannel.open(draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                owned("rw-------"))) {
            for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining();) {
                out.write(rest);
            }
            out.force(true);
        }
    }

    /** Makes the new name last; Windows does not open folders. */
    private void syncFolder() throws IOException {
        if (posix) {
            try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
    }

    private FileAttribute<?>[] owned(String permissions) {
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))}
                : new FileAttribute<?>[0];
    }
}
