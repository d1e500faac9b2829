package io.linksocks.websocket;

import io.linksocks.util.ProxyUrl;
import java.net.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** One HTTP proxy for every server, loopback included: who names it means it. */
public final class FixedProxy extends HttpProxies {
    private static final int USUAL_PORT = 8080;

    private final Proxy proxy;
    private final String authorization;

    private FixedProxy(ProxyUrl url) {
        this.proxy = url.toProxy(USUAL_PORT);
        this.authorization = url.authorization();
    }

    /**
     * Understands {@code http://[user:password@]host[:port]}.
     *
     * @throws IllegalArgumentException that says what is wrong with it and what would do, without the credentials
     */
    public static FixedProxy parse(URI uri) {
        String usage = "; write it like http://user:password@127.0.0.1:8080";
        ProxyUrl url;
        try {
            url = ProxyUrl.parse(uri);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("invalid proxy " + e.getMessage() + usage);
        }
        if (!url.scheme().equals("http")) {
            throw new IllegalArgumentException("invalid proxy \"" + url + "\": a server is reached through HTTP proxies only,"
                    + " which many SOCKS5 proxies are on the same port" + usage);
        }
        try {
            return new FixedProxy(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("invalid proxy \"" + url + "\": " + e.getMessage() + usage);
        }
    }

    @Override
    public List<Proxy> select(URI uri) {
        return List.of(proxy);
    }

    @Override
    public Optional<String> authorization(URI uri) {
        return Optional.ofNullable(authorization);
    }
}
