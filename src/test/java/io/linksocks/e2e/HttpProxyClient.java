package io.linksocks.e2e;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client of the HTTP proxy that shows every byte. */
final class HttpProxyClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;

    HttpProxyClient(InetSocketAddress proxy) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        socket.connect(proxy);
        in = socket.getInputStream();
    }

    /** The head of a request, with these fields besides. */
    static String get(HttpTarget target, String fields) {
        return "GET http://" + target.authority() + "/x?y HTTP/1.1\r\nHost: " + target.authority() + "\r\n" + fields + "\r\n";
    }

    HttpProxyClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    String head() throws IOException {
        return until("\r\n\r\n");
    }

    String until(String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("behind: " + text);
            }
            text.append((char) c);
        }
        return text.toString();
    }

    String read(int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
