package io.linksocks.http;

import java.time.Duration;

/**
 * The limits of an HTTP server.
 *
 * @param maxConnections connections at one time, WebSockets included
 * @param headTimeout    for a whole request head, and again for its body
 * @param idleTimeout    for the next request on a connection that had one
 * @param writeTimeout   for each 64 KiB of a response; at a WebSocket until its peer has authenticated
 */
public record Limits(int maxConnections, Duration headTimeout, Duration idleTimeout, Duration writeTimeout) {
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(10);

    /** The default write timeout. */
    public Limits(int maxConnections, Duration headTimeout, Duration idleTimeout) {
        this(maxConnections, headTimeout, idleTimeout, WRITE_TIMEOUT);
    }

    /** The default timeouts. */
    public static Limits connections(int maxConnections) {
        return new Limits(maxConnections, HEAD_TIMEOUT, IDLE_TIMEOUT);
    }
}
