package io.linksocks.cli;

import static java.lang.System.Logger.Level.ERROR;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What ends a thread that is not ours. Without memory, such a thread is one of the JDK's that others depend on, such as the one
 * that wakes whoever waits for a socket: a process that goes on without it does nothing any more, so it ends instead, for
 * whoever looks after it to start it again.
 */
final class UncaughtErrors implements Thread.UncaughtExceptionHandler {
    private static final System.Logger LOG = System.getLogger(UncaughtErrors.class.getName());

    /** Given up so that there is room to say why. */
    private static final int RESERVE = 64 << 10;

    /** For when there is none all the same. */
    private final byte[] lastWords = ("out of memory" + System.lineSeparator()).getBytes(StandardCharsets.US_ASCII);
    private final OutputStream err;
    private final Runnable halt;
    private volatile byte[] reserve = new byte[RESERVE];

    /**
     * @param err  a stream that takes bytes without making objects
     * @param halt ends the process at once: an orderly end needs memory
     */
    UncaughtErrors(OutputStream err, Runnable halt) {
        this.err = err;
        this.halt = halt;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable error) {
        if (!(error instanceof OutOfMemoryError)) {
            LOG.log(ERROR, "thread \"" + thread.getName() + "\" failed", error);
            return;
        }
        reserve = null;
        try {
            tell(thread);
        } finally {
            halt.run();
        }
    }

    private void tell(Thread thread) {
        try {
            LOG.log(ERROR, "out of memory: thread \"" + thread.getName()
                    + "\" failed, without which nothing works; more is given by java -Xmx");
        } catch (OutOfMemoryError e) {
            sayLastWords();
        }
    }

    private void sayLastWords() {
        try {
            err.write(lastWords);
        } catch (IOException e) {
            // Nobody can be told; the exit code must do.
        }
    }
}
