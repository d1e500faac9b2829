package io.linksocks.websocket;

import java.util.Map;

/** Settings of the JDK's HTTP client that exist only as system properties, read when the first client is made. */
final class JdkSettings {
    /** A WebSocket moves half as much again as with the usual 16 KiB. */
    private static final String BUFFER = Integer.toString(128 << 10);

    private static final Map<String, String> SETTINGS = Map.of(
            "jdk.httpclient.bufsize", BUFFER,
            "jdk.httpclient.websocket.writeBufferSize", BUFFER,
            // A second attempt of the JDK's own fails on a closed channel, and that hides why the first one failed.
            "jdk.httpclient.disableRetryConnect", "true",
            // A WebSocket goes through a proxy by CONNECT, where the JDK leaves out Basic credentials unless told
            // otherwise; here they are sent only when the user has put them into the proxy's address.
            "jdk.http.auth.tunneling.disabledSchemes", "");

    private JdkSettings() {}

    /** Leaves alone what the user has set. */
    static void apply() {
        SETTINGS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }
}
