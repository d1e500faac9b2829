package io.linksocks.server;

import io.linksocks.http.Headers;
import io.linksocks.http.HttpException;
import java.util.stream.Stream;

/**
 * Refuses WebSockets that pages of other sites ask for. Browsers allow any page to open them and add the page's Origin
 * (RFC 6455, section 10.2), so without this every page could guess tokens in its visitor's name.
 */
final class WebOrigin {
    /** What the visitor has typed in. A front that changes Host tells it here, and no page can write into either. */
    private static final String[] ASKED_FOR = {"Host", "X-Forwarded-Host"};
    /** Of a page without a site of its own, such as a sandboxed frame. */
    private static final String OPAQUE = "null";

    private WebOrigin() {}

    /**
     * Programs send no Origin, or that of the server itself, and browser extensions and apps one that is no web site's. Ports
     * don't count: a front may listen on another one.
     *
     * @throws HttpException when the request comes from a page of another site
     */
    static void refuseForeign(Headers headers) throws HttpException {
        for (String origin : headers.all("Origin")) {
            if (isSite(origin) && Stream.of(ASKED_FOR).flatMap(name -> headers.all(name).stream())
                    .flatMap(value -> Stream.of(value.split(","))).noneMatch(host -> isOfSite(host, origin))) {
                throw new HttpException(403, "WebSockets are not for web pages of other sites");
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
