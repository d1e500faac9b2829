package io.linksocks.session;

/** The handler of channels that the peer opens. */
@FunctionalInterface
public interface ChannelAcceptor {
    /** Called on the session's reader thread, so it must not block. */
    void accept(Channel channel);

    /** Returns an acceptor for a peer that may not open channels. */
    static ChannelAcceptor refuseAll(String why) {
        return channel -> channel.refuse(why);
    }
}
