package io.linksocks.util;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads text files that people write with any editor: a byte order mark tells UTF-8 from UTF-16 and is no part of the text
 * (RFC 3629, section 6).
 *
 * @param path     of the file
 * @param maxBytes that it may have
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

    private static final int UTF_8_MARK = 0xEFBBBF;
    private static final int UTF_16BE_MARK = 0xFEFF;
    private static final int UTF_16LE_MARK = 0xFFFE;

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
        } catch (NoSuchFileException e) {
            throw new IOException("no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException("permission denied", e);
        }
    }

    private String decode(byte[] bytes) throws IOException {
        if (start(bytes, 3) == UTF_8_MARK) {
            return decode(bytes, 3, StandardCharsets.UTF_8);
        }
        return switch (start(bytes, 2)) {
            case UTF_16BE_MARK -> decode(bytes, 2, StandardCharsets.UTF_16BE);
            case UTF_16LE_MARK -> decode(bytes, 2, StandardCharsets.UTF_16LE);
            default -> decode(bytes, 0, charset);
        };
    }

    /** The first bytes as a number; -1 when there are fewer. */
    private static int start(byte[] bytes, int count) {
        int start = 0;
        for (int i = 0; i < count && i < bytes.length; i++) {
            start = start << 8 | bytes[i] & 0xFF;
        }
        return bytes.length < count ? -1 : start;
    }

    private static String decode(byte[] bytes, int from, Charset charset) throws IOException {
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes, from, bytes.length - from)).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("not " + charset + " text", e);
        }
    }
}
