package io.linksocks.websocket;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.MessageWriter;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Settings of the JDK's HTTP client that exist only as system properties, read when the first client is made. */
final class JdkSettings {
    /** A WebSocket moves half as much again as with the default of 16 KiB. */
    private static final int READ_BUFFER = 128 << 10;
    /** The largest bulk message with its headers, so it is masked and written in one go. */
    private static final int WRITE_BUFFER = BufferPool.LARGE_PAYLOAD + MessageWriter.DATA_ROOM;

    private static final Map<String, String> SETTINGS = Map.of(
            "jdk.httpclient.bufsize", Integer.toString(READ_BUFFER),
            "jdk.httpclient.websocket.writeBufferSize", Integer.toString(WRITE_BUFFER),
            // A second attempt of the JDK's own fails on a closed channel, and that hides why the first one failed.
            "jdk.httpclient.disableRetryConnect", "true");
    /**
     * A WebSocket goes through a proxy by CONNECT, where the JDK leaves out Basic credentials unless this is set to something else.
     * That would hold for everything else in the process, so it is up to the program.
     */
    private static final String DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

    private static final String RESTRICTED_HEADERS = "jdk.httpclient.allowRestrictedHeaders";
    /** As the user has set it. */
    private static final String ALLOWED_BY_USER = System.getProperty(RESTRICTED_HEADERS, "");

    private JdkSettings() {}

    /** Leaves alone what the user has set. */
    static void apply() {
        SETTINGS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        System.setProperty(RESTRICTED_HEADERS, ALLOWED_BY_USER.isEmpty() ? "host" : ALLOWED_BY_USER + ",host");
    }

    /** Whether requests may have a Host field of their own; not where the program made an HTTP client before. */
    static boolean allowsHost() {
        try {
            HttpRequest.newBuilder().header("Host", "localhost");
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What to do when a proxy has not been told who asks; empty when it has. */
    static String loginHint() {
        String disabled = System.getProperty(DISABLED_SCHEMES, "Basic").toLowerCase(Locale.ROOT);
        return disabled.contains("basic") ? "; this Java sends it none unless it is started with -D" + DISABLED_SCHEMES + "=" : "";
    }

    /** Whether the user wants to set the Host field. */
    static boolean userSetsHost() {
        return List.of(ALLOWED_BY_USER.toLowerCase(Locale.ROOT).split("[,\\s]+")).contains("host");
    }
}
