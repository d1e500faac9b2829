package io.linksocks.relay;

import io.linksocks.dial.DatagramGuard;
import io.linksocks.session.Channel;

/** Counts the datagrams of a UDP channel that wait for look-ups with what the channel holds. */
public record ChannelAccount(Channel channel) implements DatagramGuard.Account {
    @Override
    public boolean take(int bytes) {
        return channel.memory().take(bytes);
    }

    @Override
    public void give(int bytes) {
        channel.memory().give(bytes);
    }
}
