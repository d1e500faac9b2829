package io.linksocks.http;

import java.time.Duration;

/**
 * How much a stranger may ask for.
 *
 * @param maxConnections connections at one time, WebSockets included
 * @param headTimeout    for a whole request head, however it is cut into packets, and once more for its body
 * @param idleTimeout    for the next request on a connection that had one
 * @param writeTimeout   for taking each piece of an answer, at a WebSocket as long as its peer is a stranger
 */
public record Limits(int maxConnections, Duration headTimeout, Duration idleTimeout, Duration writeTimeout) {
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(10);

    /** The usual time for a piece of an answer. */
    public Limits(int maxConnections, Duration headTimeout, Duration idleTimeout) {
        this(maxConnections, headTimeout, idleTimeout, WRITE_TIMEOUT);
    }

    /** The usual times. */
    public static Limits connections(int maxConnections) {
        return new Limits(maxConnections, HEAD_TIMEOUT, IDLE_TIMEOUT);
    }
}
