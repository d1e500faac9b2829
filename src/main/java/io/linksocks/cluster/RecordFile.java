package io.linksocks.cluster;

import io.linksocks.util.Reason;
import io.linksocks.util.TextFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Sealed token records in a file, for a start without etcd: after a line with the format and the name of the cluster, one
 * record a line, key and value. Only its user can read it.
 */
final class RecordFile {
    private static final String FORMAT = "linksocks cluster cache 1 ";
    private static final int MAX_BYTES = 64 << 20;

    private final Path file;
    private final String cluster;

    RecordFile(Path file, String cluster) {
        this.file = file;
        this.cluster = cluster;
    }

    /**
     * The records, which may be none.
     *
     * @throws IOException naming the file when it can't be used
     */
    List<EtcdClient.Entry> read() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            List<EtcdClient.Entry> entries = new ArrayList<>();
            List<String> lines = new TextFile(file, MAX_BYTES).read().lines().toList();
            if (lines.isEmpty() || !lines.getFirst().equals(FORMAT + cluster)) {
                throw new IOException("not the cache of cluster " + cluster + "; remove it, or name another file");
            }
            for (String line : lines.subList(1, lines.size())) {
                int space = line.indexOf(' ');
                byte[] value = Base64.getDecoder().decode(line.substring(space + 1));
                entries.add(new EtcdClient.Entry(line.substring(0, space), value, 0));
            }
            return entries;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException(file + ": damaged; remove it", e);
        } catch (IOException e) {
            throw new IOException(file + ": " + Reason.of(e), e);
        }
    }

    /** Replaces the records as a whole: a crash leaves the old ones or the new ones. */
    void write(List<EtcdClient.Entry> entries) throws IOException {
        StringBuilder text = new StringBuilder(FORMAT).append(cluster).append('\n');
        for (EtcdClient.Entry entry : entries) {
            text.append(entry.key()).append(' ').append(Base64.getEncoder().encodeToString(entry.value())).append('\n');
        }
        Path folder = file.toAbsolutePath().getParent();
        // Readable by its user alone.
        Path draft = Files.createTempFile(folder, file.getFileName().toString(), "");
        try {
            Files.writeString(draft, text, StandardCharsets.UTF_8);
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            throw new IOException(folder + " does not exist", e);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
