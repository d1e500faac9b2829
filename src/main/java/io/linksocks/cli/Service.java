package io.linksocks.cli;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** A server or a client as its options want it. */
interface Service extends AutoCloseable {
    /**
     * Looks for what {@link #start} would find wrong, as far as it shows without a port being opened.
     *
     * @throws UsageException when the options contradict each other
     * @throws IOException    when a file that they name is of no use
     */
    void check() throws UsageException, IOException;

    /**
     * Begins to serve.
     *
     * @return lines for standard output
     */
    List<String> start() throws UsageException, IOException;

    /**
     * Waits for {@link #close}.
     *
     * @throws IOException when the service ended by itself
     */
    void awaitEnd() throws IOException, InterruptedException;

    /** A status line for an interactive terminal; null when there is none. */
    default Supplier<String> statusLine() {
        return null;
    }

    @Override
    void close();
}
