package io.linksocks.http;

import io.linksocks.util.BlockInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;

/** Reads a chunked body (RFC 9112, section 7.1); checks and drops extensions and trailers. */
final class ChunkedInput extends BlockInput {
    /** A chunk size with its extensions, or one trailer field. */
    private static final int MAX_LINE = 1024;
    /** Longer sizes may not fit into a long. */
    private static final int MAX_DIGITS = 15;

    private final InputStream in;
    /** How many bytes further chunks may declare. */
    private long allowed;
    /** Of the current chunk. */
    private long left;
    private boolean begun;
    private boolean ended;

    /** @param limit for the content of all chunks together */
    ChunkedInput(InputStream in, long limit) {
        this.in = in;
        this.allowed = limit;
    }

    @Override
    public int read(byte[] array, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int count = in.read(array, offset, (int) Math.min(left, length));
        if (count < 0) {
            throw early();
        }
        left -= count;
        return count;
    }

    private void nextChunk() throws IOException {
        if (begun && !line().isEmpty()) {
            throw new HttpException(400, "malformed chunk");
        }
        begun = true;
        left = chunkSize();
        if (left > allowed) {
            throw new HttpException(413, "body too large");
        }
        allowed -= left;
        if (left == 0) {
            skipTrailers();
            ended = true;
        }
    }

    private long chunkSize() throws IOException {
        String line = line();
        int end = 0;
        while (end < line.length() && HexFormat.isHexDigit(line.charAt(end))) {
            end++;
        }
        if (end == 0 || !isExtension(line.substring(end))) {
            throw new HttpException(400, "malformed chunk size");
        }
        if (end > MAX_DIGITS) {
            throw new HttpException(413, "body too large");
        }
        return Long.parseLong(line.substring(0, end), 16);
    }

    /** Accepts blanks before the semicolon (RFC 9112, section 7.1.1), but no control characters. */
    private static boolean isExtension(String text) {
        String trimmed = HeadLines.trim(text);
        return (trimmed.isEmpty() || trimmed.startsWith(";")) && Syntax.isFieldValue(text);
    }

    /** Trailers are ignored, but what is not a field could be the next message to another reader. */
    private void skipTrailers() throws IOException {
        int fields = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (++fields > RequestHead.MAX_FIELDS) {
                throw new HttpException(431, "too many trailer fields");
            }
            HeadLines.field(line);
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = next(); c != '\r'; c = next()) {
            if (c == '\n' || line.length() == MAX_LINE) {
                throw new HttpException(400, "malformed chunk line");
            }
            line.append((char) c);
        }
        if (next() != '\n') {
            throw new HttpException(400, "carriage return without line feed");
        }
        return line.toString();
    }

    private int next() throws IOException {
        int c = in.read();
        if (c < 0) {
            throw early();
        }
        return c;
    }

    private static EOFException early() {
        return new EOFException("connection ended within a body");
    }
}
