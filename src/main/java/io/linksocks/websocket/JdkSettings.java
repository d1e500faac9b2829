package io.linksocks.websocket;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.MessageWriter;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Settings of the JDK's HTTP client that exist only as system properties, read when the first client is made. */
public final class JdkSettings {
    /** A WebSocket moves half as much again as with the default of 16 KiB. */
    private static final int READ_BUFFER = 128 << 10;
    /** The largest bulk message with its headers, so it is masked and written in one go. */
    private static final int WRITE_BUFFER = BufferPool.LARGE_PAYLOAD + MessageWriter.DATA_ROOM;

    private static final Map<String, String> SETTINGS = Map.of(
            "jdk.httpclient.bufsize", Integer.toString(READ_BUFFER),
            "jdk.httpclient.websocket.writeBufferSize", Integer.toString(WRITE_BUFFER),
            // The JDK's retry fails on a closed channel, which hides why the first attempt failed.
            "jdk.httpclient.disableRetryConnect", "true");
    /**
     * For CONNECT, which a WebSocket through a proxy needs, the JDK omits Basic credentials unless this property allows them. It
     * applies to the whole process, so it is left to the program.
     */
    private static final String DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

    private static final String RESTRICTED_HEADERS = "jdk.httpclient.allowRestrictedHeaders";
    /** The user's setting. */
    private static final String ALLOWED_BY_USER = System.getProperty(RESTRICTED_HEADERS, "");

    private JdkSettings() {}

    /** Sets the properties that the user has not set. To be called before the process makes an HTTP client of any kind. */
    public static void apply() {
        SETTINGS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        System.setProperty(RESTRICTED_HEADERS, ALLOWED_BY_USER.isEmpty() ? "host" : ALLOWED_BY_USER + ",host");
    }

    /** Whether requests may set the Host field; false if the program made an HTTP client before {@link #apply}. */
    static boolean allowsHost() {
        try {
            HttpRequest.newBuilder().header("Host", "localhost");
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What to do when the JDK omits proxy credentials; empty when it sends them. */
    static String loginHint() {
        String disabled = System.getProperty(DISABLED_SCHEMES, "Basic").toLowerCase(Locale.ROOT);
        return disabled.contains("basic")
                ? "; this Java sends it none unless it is started with -D" + DISABLED_SCHEMES + "=" : "";
    }

    /** Whether the user has allowed the Host field. */
    static boolean userSetsHost() {
        return List.of(ALLOWED_BY_USER.toLowerCase(Locale.ROOT).split("[,\\s]+")).contains("host");
    }
}
