import io.linksocks.server.LinkSocksServer;

/** A server inside another program, which lets clients in with a token that it generates. */
final class EmbeddedServer {
    public static void main(String[] arguments) throws Exception {
        try (LinkSocksServer server = LinkSocksServer.builder().host("127.0.0.1").port(0).build()) {
            String token = server.addForwardToken(null);
            server.start();
            System.out.println("ws://127.0.0.1:" + server.port() + " " + token);
            System.in.read(); // until Enter
        }
    }
}
