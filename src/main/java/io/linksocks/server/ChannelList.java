package io.linksocks.server;

import io.linksocks.session.ChannelSnapshot;
import java.util.List;

/**
 * Channels as they were at one moment.
 *
 * @param total how many there were
 * @param channels some of them, those first that were active last
 */
record ChannelList(int total, List<Entry> channels) {
    /** @param client the number of its session */
    record Entry(long client, ChannelSnapshot channel) {}
}
