import io.linksocks.client.LinkSocksClient;
import io.linksocks.server.LinkSocksServer;
import java.io.File;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;

/** A server with its key in a key store, and a client that trusts the authority in a PEM file. */
final class Tls {
    public static void main(String[] arguments) throws Exception {
        char[] password = arguments[1].toCharArray();
        KeyStore keys = KeyStore.getInstance(new File(arguments[0]), password);
        Path authority = Path.of(arguments[2]);
        try (LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0).tls(keys, password).build()) {
            String token = server.addForwardToken(null);
            server.start();
            try (LinkSocksClient client = LinkSocksClient.builder()
                    .url("wss://localhost:" + server.port()).token(token).ca(authority).socks(false).build()) {
                client.start();
                client.awaitReady(Duration.ofSeconds(10));
                System.out.println("connected");
            }
        }
    }
}
