package io.linksocks.session;

/**
 * What a session makes the process keep besides its channels. Each kind may take a quarter of the {@link MemoryBudget}, an
 * eighth of the heap, before those who keep most of it are limited.
 */
enum Backlog {
    /** Data sent and not acknowledged: its senders wait. */
    UNACKNOWLEDGED,
    /** Control messages posted or not acknowledged, for which nobody waits: the session ends. */
    CONTROL,
    /** Channels that the peer has closed before they were answered, with their threads: it gets no new channels. */
    ABANDONED
}
