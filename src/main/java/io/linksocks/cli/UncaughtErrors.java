package io.linksocks.cli;

import static java.lang.System.Logger.Level.ERROR;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Handler of errors that no thread caught. On an {@link OutOfMemoryError} the process exits at once, because it may have cut
 * short any thread, one of the JDK's included.
 */
final class UncaughtErrors implements Thread.UncaughtExceptionHandler {
    private static final System.Logger LOG = System.getLogger(UncaughtErrors.class.getName());

    /** Bypasses the log, which needs memory and a thread. */
    private static final FileOutputStream ERR = new FileOutputStream(FileDescriptor.err);
    private static final byte[] OUT_OF_MEMORY = ("linksocks: out of memory, exiting; raise the heap with java -Xmx,"
            + " or the system's limit on threads" + System.lineSeparator()).getBytes(StandardCharsets.US_ASCII);

    private UncaughtErrors() {}

    /** Makes it the default handler of this process. */
    static void install() {
        Thread.setDefaultUncaughtExceptionHandler(new UncaughtErrors());
    }

    @Override
    public void uncaughtException(Thread thread, Throwable error) {
        if (error instanceof OutOfMemoryError) {
            exit();
        }
        LOG.log(ERROR, "thread \"" + thread.getName() + "\" failed", error);
    }

    private static void exit() {
        try {
            ERR.write(OUT_OF_MEMORY);
        } catch (IOException e) {
            // Standard error is closed; the exit code remains.
        } finally {
            Runtime.getRuntime().halt(ExitCode.OUT_OF_MEMORY);
        }
    }
}
