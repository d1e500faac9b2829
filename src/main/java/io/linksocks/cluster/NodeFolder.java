package io.linksocks.cluster;

import io.linksocks.json.JsonException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A folder in which the servers of one host find each other: a file {@code TAG.node} for each, and the key by which they
 * know each other. Only their user can read it.
 */
public final class NodeFolder implements NodeTable {
    private static final String KEY = "key";
    private static final String SUFFIX = ".node";
    private static final int KEY_BYTES = 32;

    private final Path folder;

    /**
     * Creates the folder if it does not exist.
     *
     * @throws IOException when it can't be used, or others could write to it
     */
    public NodeFolder(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        check(folder);
    }

    /**
     * Checks a folder if it exists.
     *
     * @throws IOException when others could write to it
     */
    public static void check(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        PosixFileAttributes attributes = Files.readAttributes(folder, PosixFileAttributes.class);
        if (attributes.permissions().stream().anyMatch(
                Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE)::contains)) {
            throw new IOException("others can write to " + folder + "; chmod 700 " + folder
                    + " or choose another with nodeDirectory(...)");
        }
    }

    /** The key of all servers with this folder; the first one generates it. */
    @Override
    public byte[] key() throws IOException {
        Path key = folder.resolve(KEY);
        if (!Files.exists(key)) {
            byte[] random = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(random);
            Path draft = draft();
            try {
                Files.write(draft, random);
                // Whoever is second gets the key of the first, which is whole.
                Files.createLink(key, draft);
            } catch (FileAlreadyExistsException e) {
                return Files.readAllBytes(key);
            } finally {
                Files.delete(draft);
            }
        }
        return Files.readAllBytes(key);
    }

    /** A file that only this user can read. */
    private Path draft() throws IOException {
        return Files.createTempFile(folder, "draft", "");
    }

    @Override
    public void publish(Node node) throws IOException {
        Path draft = draft();
        try {
            Files.writeString(draft, node.toJson());
            Files.move(draft, file(node.tag()), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    @Override
    public void withdraw(int tag) throws IOException {
        Files.deleteIfExists(file(tag));
    }

    @Override
    public Optional<Node> find(int tag) throws IOException {
        return read(file(tag));
    }

    /** Forgets those that were killed. */
    @Override
    public List<Node> all() throws IOException {
        List<Node> nodes = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                Optional<Node> node = read(file);
                if (node.isPresent() && ProcessHandle.of(node.get().pid()).isEmpty()) {
                    Files.deleteIfExists(file);
                } else {
                    node.ifPresent(nodes::add);
                }
            }
        }
        return nodes;
    }

    private Path file(int tag) {
        return folder.resolve(Node.id(tag) + SUFFIX);
    }

    /** Empty when the server has left. */
    private static Optional<Node> read(Path file) throws IOException {
        try {
            return Optional.of(Node.parse(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
