package io.linksocks.dial;

import io.linksocks.socks.SocksCredentials;
import io.linksocks.util.ProxyUrl;
import java.net.URI;

/** A proxy through which the dialling side reaches targets, as it is written after {@code -x}. */
public final class UpstreamProxy {
    private static final int SOCKS_PORT = 1080;
    private static final int HTTP_PORT = 8080;

    private UpstreamProxy() {}

    /**
     * Understands {@code socks5://[user:password@]host[:port]}, {@code socks5h://} and {@code http://}.
     *
     * @return what dials through the proxy
     * @throws IllegalArgumentException that says what is wrong with it and what would do, without the credentials
     */
    public static Dialer parse(URI uri) {
        ProxyUrl url;
        try {
            url = ProxyUrl.parse(uri);
        } catch (IllegalArgumentException e) {
            throw invalid(e.getMessage());
        }
        try {
            return new LoopDetectingDialer(dialer(url));
        } catch (IllegalArgumentException e) {
            throw invalid("\"" + url + "\": " + e.getMessage());
        }
    }

    /** Without a check for loops. */
    static Dialer dialer(ProxyUrl url) {
        return switch (url.scheme()) {
            case "socks5", "socks5h" -> new SocksProxyDialer(url.endpoint(SOCKS_PORT),
                    url.user() == null ? null : new SocksCredentials(url.user(), url.password()));
            case "http" -> new HttpProxyDialer(url.endpoint(HTTP_PORT), url.authorization());
            default -> throw new IllegalArgumentException("the scheme must be socks5 or http");
        };
    }

    private static IllegalArgumentException invalid(String what) {
        return new IllegalArgumentException("invalid upstream proxy " + what
                + "; write it like socks5://user:password@127.0.0.1:1080 or http://127.0.0.1:8080");
    }
}
