package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class ReasonTest {
    @Test
    void aFileIsNamedWithWhatIsWrongWithIt() {
        assertEquals("/a: no such file", Reason.of(new NoSuchFileException("/a")));
        assertEquals("/a: permission denied", Reason.of(new AccessDeniedException("/a")));
        assertEquals("/a: it exists already", Reason.of(new FileAlreadyExistsException("/a")));
        assertEquals("/a: DirectoryNotEmptyException", Reason.of(new DirectoryNotEmptyException("/a")));
        assertEquals("/a: Too many levels", Reason.of(new FileSystemException("/a", null, "Too many levels")));
    }

    @Test
    void anExceptionWithoutAMessageIsNamed() {
        assertEquals("IOException", Reason.of(new IOException()));
        assertEquals("text", Reason.of(new IOException("text")));
        assertEquals("Socket closed", Reason.of(new AsynchronousCloseException()));
    }
}
