package io.linksocks.e2e;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A web server that answers word for word as a test has it, and keeps every head and body that it got. */
final class HttpTarget implements AutoCloseable {
    /** Serves one connection. */
    interface Script {
        void run(Connection connection) throws IOException;
    }

    private final Targets.Tcp listener;
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    HttpTarget(Script script) throws IOException {
        listener = new Targets.Tcp("127.0.0.1", socket -> script.run(new Connection(socket)));
    }

    /** Answers every request with how many came on the connection. */
    static HttpTarget counting() throws IOException {
        return new HttpTarget(connection -> {
            for (int count = 1; connection.head() != null; count++) {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + count);
            }
        });
    }

    /** Answers one request in this way, and waits for the end. */
    static HttpTarget answering(String answer) throws IOException {
        return new HttpTarget(connection -> {
            connection.head();
            connection.send(answer);
        });
    }

    int port() {
        return listener.port();
    }

    String authority() {
        return "127.0.0.1:" + port();
    }

    /** The next thing that was received. */
    String next() throws InterruptedException {
        return received.poll(2, TimeUnit.MINUTES);
    }

    boolean isUntouched() {
        return received.isEmpty();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /** One connection to the server. */
    final class Connection {
        private final Socket socket;
        private final InputStream in;

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
        }

        /** The next head; null at the end. */
        String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int c = in.read();
                if (c < 0) {
                    return null;
                }
                head.append((char) c);
            }
            received.add(head.toString());
            return head.toString();
        }

        String body(int length) throws IOException {
            String body = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
            received.add(body);
            return body;
        }

        /** However the connection ends. */
        void bodyToItsEnd() {
            StringBuilder body = new StringBuilder();
            try {
                for (int c = in.read(); c >= 0; c = in.read()) {
                    body.append((char) c);
                }
            } catch (IOException e) {
                body.append(" and then ").append(e.getMessage());
            }
            received.add(body.toString());
        }

        String bodyUntil(String end) throws IOException {
            StringBuilder body = new StringBuilder();
            while (body.indexOf(end) < 0) {
                body.append((char) in.readNBytes(1)[0]);
            }
            received.add(body.toString());
            return body.toString();
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        Socket socket() {
            return socket;
        }
    }
}
