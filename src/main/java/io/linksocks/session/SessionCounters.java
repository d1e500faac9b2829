package io.linksocks.session;

import io.linksocks.util.Histogram;
import java.util.concurrent.atomic.LongAdder;

/** The counters of all sessions of a server or a client. */
public final class SessionCounters {
    public final LongAdder receivedMessages = new LongAdder();
    /** Bytes of whole messages without WebSocket framing, as in the other byte counters. */
    public final LongAdder receivedBytes = new LongAdder();
    public final LongAdder sentMessages = new LongAdder();
    public final LongAdder sentBytes = new LongAdder();
    /** Payload passed on to the applications and targets of this side. */
    public final LongAdder passedOnBytes = new LongAdder();
    /** Payload that those of the peer have taken, as far as credit tells. */
    public final LongAdder takenBytes = new LongAdder();
    public final LongAdder openedChannels = new LongAdder();
    /** RTTs of answered pings. */
    public final Histogram roundTrips = new Histogram();
    /** Sessions resumed on another link. */
    public final LongAdder resumes = new LongAdder();
    /** Links replaced while they still looked alive. */
    public final LongAdder superseded = new LongAdder();
    /** Links replaced because nothing was heard on them. */
    public final LongAdder switches = new LongAdder();
    /** Bytes retransmitted after a resume. */
    public final LongAdder retransmittedBytes = new LongAdder();
    /** Times that a channel waited for credit. */
    public final LongAdder windowStalls = new LongAdder();
    /** Received datagrams dropped because the reader is slow. */
    public final LongAdder droppedDatagrams = new LongAdder();
    /** Channels refused by the channel limit or the memory budget. */
    public final LongAdder refusedChannels = new LongAdder();
    /** Messages that could not be decoded. */
    public final LongAdder malformedMessages = new LongAdder();
    /** Messages ignored: of unknown types, for unknown channels, or not allowed in the role. */
    public final LongAdder ignoredMessages = new LongAdder();
}
