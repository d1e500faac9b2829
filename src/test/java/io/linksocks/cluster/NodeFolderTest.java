package io.linksocks.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeFolderTest {
    private static final Node NODE =
            new Node(1, "a:1", URI.create("ws://a:1"), ProcessHandle.current().pid(), "test", null);

    @TempDir
    Path temporary;
    private Path path;
    private NodeFolder folder;

    @BeforeEach
    void create() throws IOException {
        path = temporary.resolve("nodes");
        folder = new NodeFolder(path);
    }

    /** A link that leads nowhere is listed, and can't be read, like a file that is removed in between. */
    @Test
    void aServerThatLeavesWhileTheFolderIsReadHidesNoOther() throws IOException {
        folder.publish(NODE);
        Files.createSymbolicLink(path.resolve("00000002.node"), path.resolve("gone"));
        assertEquals(List.of(NODE), folder.all());
    }

    @Test
    void anEntryThatCanNotBeWrittenLeavesNoDraft() throws IOException {
        Files.createDirectories(path.resolve("00000001.node/full"));
        assertThrows(IOException.class, () -> folder.publish(NODE));
        try (Stream<Path> files = Files.list(path)) {
            assertEquals(List.of("00000001.node"), files.map(file -> file.getFileName().toString()).toList());
        }
    }
}
