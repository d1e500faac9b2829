package io.linksocks.proxy;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.RelayCounters;
import io.linksocks.relay.BatchOptions;
import io.linksocks.socks.SocksCredentials;
import java.util.List;

/**
 * How the ports treat their clients.
 *
 * @param credentials what they must present at the SOCKS port; null when nothing
 * @param fastOpen whether they are told success before the target is connected
 * @param maxConnections of them at one time, for each port
 * @param guard decides which destinations they may ask for
 * @param counters count those who were turned away
 * @param forwards the ports besides the one for SOCKS
 */
public record EntryOptions(SocksCredentials credentials, boolean fastOpen, BatchOptions batch, int maxConnections,
        DestinationGuard guard, RelayCounters counters, List<PortForward> forwards) {}
