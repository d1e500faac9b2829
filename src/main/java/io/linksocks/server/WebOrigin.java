package io.linksocks.server;

import io.linksocks.http.Headers;
import io.linksocks.http.HttpException;
import java.util.stream.Stream;

/**
 * Refuses WebSockets from web pages of other sites. Browsers let any page open one and add its Origin (RFC 6455, section
 * 10.2); without this check, every page could guess tokens from the address of its visitor.
 */
final class WebOrigin {
    /** Headers with the host that the browser requested. A reverse proxy may change Host; no page can set either. */
    private static final String[] REQUESTED_HOST = {"Host", "X-Forwarded-Host"};
    /** Origin of a page without a site, such as a sandboxed frame. */
    private static final String OPAQUE = "null";

    private WebOrigin() {}

    /**
     * Allows programs, which send no Origin or that of the server, and browser extensions and apps, whose Origin is no web
     * site. Ports are not compared: a reverse proxy may listen on another one.
     *
     * @throws HttpException when the request comes from a page of another site
     */
    static void refuseForeign(Headers headers) throws HttpException {
        for (String origin : headers.all("Origin")) {
            if (isSite(origin) && Stream.of(REQUESTED_HOST).flatMap(name -> headers.all(name).stream())
                    .flatMap(value -> Stream.of(value.split(","))).noneMatch(host -> isOfSite(host, origin))) {
                throw new HttpException(403, "web pages of other sites may not open a WebSocket here");
            }
        }
    }

    private static boolean isSite(String origin) {
        return origin.equalsIgnoreCase(OPAQUE) || origin.regionMatches(true, 0, "http", 0, "http".length());
    }

    private static boolean isOfSite(String host, String origin) {
        int authority = origin.indexOf("//") + 2;
        return !origin.equalsIgnoreCase(OPAQUE)
                && Headers.hostName(origin.substring(authority)).equals(Headers.hostName(host));
    }
}
