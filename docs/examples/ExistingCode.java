import io.linksocks.client.LinkSocksClient;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Sends code through the tunnel that knows nothing of it: the JDK's HTTP client, and whatever takes a socket factory. */
final class ExistingCode {
    public static void main(String[] arguments) throws Exception {
        String url = arguments[0];
        String token = arguments[1];
        URI page = URI.create(arguments[2]);
        try (LinkSocksClient client = LinkSocksClient.builder().url(url).token(token).socksPort(0).build()) {
            client.start();
            client.awaitReady(Duration.ofSeconds(10));

            HttpClient http = HttpClient.newBuilder().proxy(client.proxySelector()).build();
            System.out.print(http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body());

            try (Socket socket = client.socketFactory().createSocket(page.getHost(), page.getPort())) {
                System.out.println("connected to " + socket.getRemoteSocketAddress());
            }
        }
    }
}
