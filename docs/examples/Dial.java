import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.TunnelConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks a web server behind the tunnel for its first page, without a port or a proxy on this machine. */
final class Dial {
    public static void main(String[] arguments) throws Exception {
        String url = arguments[0];
        String token = arguments[1];
        String host = arguments[2];
        int port = Integer.parseInt(arguments[3]);
        try (LinkSocksClient client = LinkSocksClient.builder().url(url).token(token).socks(false).build()) {
            client.start();
            try (TunnelConnection connection = client.dial(host, port)) {
                connection.readTimeout(Duration.ofSeconds(10));
                String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
                connection.outputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                connection.inputStream().transferTo(System.out);
            }
        }
    }
}
