package io.linksocks.cli;

import io.linksocks.client.ClientStatus;
import java.io.IOException;
import java.util.List;

/** A command that serves until it is stopped. */
abstract class ServiceCommand extends Command {
    ServiceCommand(String name, String summary, OptionTable table, String... examples) {
        super(name, summary, table, examples);
    }

    /** Builds what the options ask for, from a command line or a file, without starting it. */
    abstract Service prepare(OptionValues values) throws UsageException, IOException;

    /** The ports that it will open sooner or later. */
    abstract List<ListeningPort> ports(OptionValues values) throws UsageException;

    /** Of the log, without {@code --debug}. */
    int verbosity(OptionValues values) {
        return 0;
    }

    @Override
    final int run(OptionValues values, Terminal terminal) throws UsageException, IOException, InterruptedException {
        CommonOptions.startLog(table(), values, terminal, verbosity(values));
        try (StopSignal signal = StopSignal.expect(); Service service = prepare(values)) {
            signal.first(service);
            for (String line : service.start()) {
                terminal.out().println(line);
            }
            if (service.printsTokens()) {
                terminal.checkOutput();
            }
            if (service.drains()) {
                signal.drainFirst(service::drain);
            }
            try (StatusLine line = statusLine(service, terminal)) {
                if (line != null) {
                    signal.first(line);
                }
                service.awaitEnd();
            }
        }
        return ExitCode.OK;
    }

    /** The line of a client, if a text log goes to a terminal; else null. */
    private static StatusLine statusLine(Service service, Terminal terminal) {
        LogHandler log = LogHandler.current();
        boolean shown = log.isForPeople() && terminal.hasControls() && service.status() != null;
        return shown
                ? new StatusLine(log, new StatusLine.ClientText(service::status, service.webSockets(), System::nanoTime))
                : null;
    }

    /** A server or a client, configured by its options. */
    interface Service extends AutoCloseable {
        /**
         * Looks for what {@link #start} would find wrong with the options, without opening a port.
         *
         * @throws UsageException when they contradict each other
         * @throws IOException    when a token can't be used
         */
        default void check() throws UsageException, IOException {}

        /**
         * Reads the files that the options name, and logs what {@link #start} would log about them.
         *
         * @throws IOException when one can't be used
         */
        void checkFiles() throws IOException;

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

        /** What the status line of an interactive terminal shows; null for no line. */
        default ClientStatus status() {
            return null;
        }

        /** How many WebSockets {@link #status} counts when all is well. */
        default int webSockets() {
            return 1;
        }

        /** Whether a line of {@link #start} has a token that is told nowhere else, so that it must reach the user. */
        default boolean printsTokens() {
            return true;
        }

        /** Whether {@link #drain} has anything to wait for. */
        default boolean drains() {
            return false;
        }

        /** Takes no more connections, and waits for the end of those that there are. */
        default void drain() {}

        @Override
        void close();
    }
}
