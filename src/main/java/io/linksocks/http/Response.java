package io.linksocks.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A response with a body that is known, or that is streamed.
 *
 * @param status      a final status code that may have a body
 * @param contentType the media type of the body
 * @param headers     further fields; besides Content-Type, Content-Length, Connection and Date, which are added
 * @param body        the content; empty when there is a stream
 * @param stream      writes the content; null when there is a body
 */
public record Response(int status, String contentType, Headers headers, byte[] body, Stream stream) {
    /** Content of unknown length, which ends with its connection (RFC 9112, section 6.3), as in HTTP/1.0. */
    @FunctionalInterface
    public interface Stream {
        /**
         * Writes the content, on the connection's own virtual thread.
         *
         * @param out unbuffered, with the limit {@link Limits#writeTimeout}
         * @throws IOException when the connection ended
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /** IMF-fixdate (RFC 9110, section 5.6.7). */
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** A response with a known body. */
    public Response(int status, String contentType, Headers headers, byte[] body) {
        this(status, contentType, headers, body, null);
    }

    /** A response that ends with its stream or its connection. */
    public static Response stream(String contentType, Stream stream) {
        return new Response(200, contentType, Headers.NONE, new byte[0], stream);
    }

    /** A response in plain text. */
    public static Response text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text);
    }

    /** A response with text of a media type, sent as UTF-8. */
    public static Response of(int status, String contentType, String body) {
        return new Response(status, contentType, Headers.NONE, body.getBytes(StandardCharsets.UTF_8));
    }

    /** This response with one more header field. */
    public Response with(String name, String value) {
        return new Response(status, contentType, headers.with(name, value), body, stream);
    }

    /**
     * The bytes to send.
     *
     * @param headOnly omits the body but declares its length, for HEAD (RFC 9110, section 9.3.2)
     * @param close    declares that the connection closes after this response
     */
    public byte[] encode(boolean headOnly, boolean close, Instant now) {
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ").append(status).append(' ').append(phrase(status)).append("\r\n");
        field(head, "Date", DATE.format(now));
        field(head, "Content-Type", contentType);
        if (stream == null) {
            field(head, "Content-Length", Integer.toString(body.length));
        }
        headers.write(head);
        if (close || stream != null) {
            field(head, "Connection", "close");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        if (headOnly) {
            return start;
        }
        byte[] all = new byte[start.length + body.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        return all;
    }

    private static void field(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    /** The reason phrases of RFC 9110, section 15; clients do not need one for other codes. */
    private static String phrase(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 407 -> "Proxy Authentication Required";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 413 -> "Content Too Large";
            case 417 -> "Expectation Failed";
            case 421 -> "Misdirected Request";
            case 426 -> "Upgrade Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default -> "";
        };
    }
}
