package io.linksocks.session;

import io.linksocks.util.Histogram;
import java.util.concurrent.atomic.LongAdder;

/** What happened to the sessions of a server or a client so far. */
public final class SessionCounters {
    public final LongAdder receivedMessages = new LongAdder();
    /** Of whole messages, without the frames of the WebSocket, as are those below. */
    public final LongAdder receivedBytes = new LongAdder();
    public final LongAdder sentMessages = new LongAdder();
    public final LongAdder sentBytes = new LongAdder();
    public final LongAdder openedChannels = new LongAdder();
    /** Of the pings that the peers have answered. */
    public final Histogram roundTrips = new Histogram();
    /** Sessions that went on with another link. */
    public final LongAdder resumes = new LongAdder();
    /** Links that were replaced while they still looked alive. */
    public final LongAdder superseded = new LongAdder();
    /** Bytes that were sent again after a resume. */
    public final LongAdder retransmittedBytes = new LongAdder();
    /** Times that a channel had to wait for credit. */
    public final LongAdder windowStalls = new LongAdder();
    /** Received datagrams that nobody took in time. */
    public final LongAdder droppedDatagrams = new LongAdder();
    /** Channels above their limit. */
    public final LongAdder refusedChannels = new LongAdder();
    /** Messages that could not be decoded. */
    public final LongAdder malformedMessages = new LongAdder();
    /** Messages of unknown types, for unknown channels or against the roles. */
    public final LongAdder ignoredMessages = new LongAdder();
}
