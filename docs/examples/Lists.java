import io.linksocks.server.ChannelStatus;
import io.linksocks.server.ConnectedClient;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.TokenSettings;
import io.linksocks.server.TokenStatus;
import java.io.BufferedReader;
import java.io.InputStreamReader;

/** A server that lists its tokens, clients and channels each time Enter is pressed. */
final class Lists {
    public static void main(String[] arguments) throws Exception {
        try (LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0).build()) {
            String token = server.addForwardToken(null);
            server.changeToken(token, TokenSettings.builder().name("laptop").maxClients(3).build());
            server.start();
            System.out.println("ws://127.0.0.1:" + server.port() + " " + token);
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
            while (in.readLine() != null) {
                for (TokenStatus known : server.tokens()) {
                    System.out.println("token " + known.settings().name() + ", clients: " + known.clients());
                }
                for (ConnectedClient client : server.clients()) {
                    System.out.println("client " + client.id() + " with token " + client.tokenName());
                }
                for (ChannelStatus channel : server.channels()) {
                    System.out.println("channel of client " + channel.client() + " to " + channel.target());
                }
            }
        }
    }
}
