package io.linksocks.client;

import java.time.Duration;

/**
 * The state of a client at one moment.
 *
 * @param connections to the server that are up
 * @param roundTrip of the fastest of them; zero while it is unknown
 * @param channels open, including those of a connection that is being resumed
 * @param resumes how often a connection was replaced and its channels continued
 * @param sentBytes that the other ends of channels have taken so far, as far as this one knows
 * @param receivedBytes that applications, or the targets of a provider, have taken so far
 */
public record ClientStatus(int connections, Duration roundTrip, int channels, long resumes, long sentBytes,
        long receivedBytes) {}
