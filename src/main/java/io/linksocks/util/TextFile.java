package io.linksocks.util;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * A text file, perhaps with a byte order mark, which tells UTF-8 from UTF-16 and is not part of the text (RFC 3629, section
 * 6).
 *
 * @param path     of the file
 * @param maxBytes limit for its size
 * @param charset  of a file without a byte order mark
 */
public record TextFile(Path path, int maxBytes, Charset charset) {
    /** The file has more bytes than it may. */
    public static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLongException(int maxBytes) {
            super("longer than " + maxBytes + " bytes");
        }
    }

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** A file in UTF-8. */
    public TextFile(Path path, int maxBytes) {
        this(path, maxBytes, StandardCharsets.UTF_8);
    }

    /**
     * Reads all of it.
     *
     * @throws IOException with the reason alone as its message, without the path or any of the text
     */
    public String read() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new TooLongException(maxBytes);
            }
            return decode(bytes);
        } catch (FileSystemException e) {
            throw new IOException(Reason.withoutPath(e), e);
        }
    }

    private String decode(byte[] bytes) throws IOException {
        Charset actual = charset(HexFormat.of().formatHex(bytes, 0, Math.min(3, bytes.length)));
        try {
            String text = actual.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new IOException("not " + actual + " text", e);
        }
    }

    private Charset charset(String start) {
        if (start.equals("efbbbf")) {
            return StandardCharsets.UTF_8;
        }
        // UTF_16 decodes either byte order.
        return start.startsWith("feff") || start.startsWith("fffe") ? StandardCharsets.UTF_16 : charset;
    }
}
