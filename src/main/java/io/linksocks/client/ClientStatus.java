package io.linksocks.client;

import java.time.Duration;

/**
 * The state of a client at one moment.
 *
 * @param connections to the server that are up
 * @param roundTrip of the fastest of them; zero while it is unknown
 * @param channels open, including those of a connection that is being resumed
 * @param resumes how often a connection was replaced and its channels continued
 * @param sentBytes to the server so far, without the frames of the WebSocket
 * @param receivedBytes from the server so far, likewise
 */
public record ClientStatus(int connections, Duration roundTrip, int channels, long resumes, long sentBytes,
        long receivedBytes) {}
