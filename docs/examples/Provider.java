import io.linksocks.client.LinkSocksClient;

/** Reaches targets for the server's side, from behind a firewall that lets nobody in. */
final class Provider {
    public static void main(String[] arguments) throws Exception {
        try (LinkSocksClient provider = LinkSocksClient.builder()
                .url(arguments[0]).token(arguments[1]).provider().build()) {
            provider.start();
            provider.awaitClosed();
        }
    }
}
