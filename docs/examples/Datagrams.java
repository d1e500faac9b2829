import io.linksocks.client.DatagramTunnel;
import io.linksocks.client.LinkSocksClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Sends a datagram to a target behind the tunnel, and shows the answer. */
final class Datagrams {
    public static void main(String[] arguments) throws Exception {
        String url = arguments[0];
        String token = arguments[1];
        String host = arguments[2];
        int port = Integer.parseInt(arguments[3]);
        try (LinkSocksClient client = LinkSocksClient.builder().url(url).token(token).socks(false).build()) {
            client.start();
            try (DatagramTunnel datagrams = client.openDatagrams(Duration.ofSeconds(10))) {
                datagrams.send(host, port, "hello".getBytes(StandardCharsets.UTF_8));
                DatagramTunnel.Received answer = datagrams.receive(Duration.ofSeconds(10));
                String text = new String(answer.payload(), StandardCharsets.UTF_8);
                System.out.println(answer.host() + ":" + answer.port() + " answered " + text);
            }
        }
    }
}
