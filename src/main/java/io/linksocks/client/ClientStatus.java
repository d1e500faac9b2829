package io.linksocks.client;

import java.time.Duration;

/**
 * How a client fares at one moment.
 *
 * @param connections to the server that are up
 * @param roundTrip of the fastest of them; zero while it is unknown
 * @param channels open, those included that wait for a connection to come back
 * @param resumes how often a connection was replaced and its channels went on, so far
 * @param sentBytes to the server so far, without the frames of the WebSocket
 * @param receivedBytes from the server so far, likewise
 */
public record ClientStatus(int connections, Duration roundTrip, int channels, long resumes, long sentBytes,
        long receivedBytes) {}
