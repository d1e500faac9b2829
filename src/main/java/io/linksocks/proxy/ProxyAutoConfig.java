package io.linksocks.proxy;

import io.linksocks.http.ProxyRequest;
import io.linksocks.http.Response;
import io.linksocks.util.Endpoint;
import java.net.Socket;
import java.util.regex.Pattern;

/** The file that tells a browser to use this proxy for everything, and never to go around it. */
final class ProxyAutoConfig {
    static final String PATH = "/proxy.pac";
    /** A name or an address that means nothing in a script. */
    private static final Pattern HOST = Pattern.compile("(?:[0-9A-Za-z._-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?");

    private ProxyAutoConfig() {}

    static boolean isAt(String target) {
        return target.equals(PATH) || target.startsWith(PATH + "?");
    }

    /** The proxy is called what the browser calls it: behind a mapped port, its own address would lead nowhere. */
    static Response page(ProxyRequest request, Socket socket) {
        String asked = request.headers().first("Host");
        String address = asked != null && HOST.matcher(asked).matches()
                ? asked : Endpoint.of(socket.getLocalAddress(), socket.getLocalPort()).toString();
        return Response.of(200, "application/x-ns-proxy-autoconfig",
                "function FindProxyForURL(url, host) {\n  return \"PROXY " + address + "\";\n}\n");
    }
}
