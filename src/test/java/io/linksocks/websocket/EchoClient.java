package io.linksocks.websocket;

import io.linksocks.protocol.Slice;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Sends back every binary message of the Autobahn test suite's server, case by case (src/test/conformance). */
final class EchoClient {
    private static final String AGENT = "agent=LinkSocks";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private EchoClient() {}

    /** Runs as many cases as the second argument says against the loopback port in the first. */
    public static void main(String[] arguments) throws IOException {
        String server = "ws://127.0.0.1:" + arguments[0];
        for (int i = 1; i <= Integer.parseInt(arguments[1]); i++) {
            try {
                echo(URI.create(server + "/runCase?case=" + i + "&" + AGENT));
            } catch (IOException e) {
                System.out.println("case " + i + ": " + e.getMessage());
            }
        }
        echo(URI.create(server + "/updateReports?" + AGENT));
    }

    private static void echo(URI uri) throws IOException {
        JdkWebSocket link = JdkWebSocket.connect(ConnectOptions.direct(uri, TIMEOUT));
        try {
            Slice message = link.receive();
            while (message != null) {
                link.send(message);
                message = link.receive();
            }
        } finally {
            link.abort();
        }
    }
}
