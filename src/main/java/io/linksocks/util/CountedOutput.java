package io.linksocks.util;

/** An output to a socket that tells how much of the system's send buffer it may have filled. */
public interface CountedOutput {
    /** The cost of all that was written so far. */
    long written();

    /** What a write of so many bytes takes in the send buffer at most. */
    long cost(int length);
}
