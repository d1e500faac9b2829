package io.linksocks.cli;

import java.io.IOException;
import java.util.List;

/** A command that serves until it is stopped. */
interface ServiceCommand extends Command {
    /** Refuses what no version of this command will do, before anything is said about the other options. */
    default void refuse(OptionValues values) throws UsageException {}

    /** What the options ask for, wherever they come from; nothing of it has begun yet. */
    Service prepare(OptionValues values) throws UsageException, IOException;

    /** The ports that it will open sooner or later. */
    List<ListeningPort> ports(OptionValues values) throws UsageException;

    @Override
    default int run(OptionValues values, Terminal terminal) throws UsageException, IOException, InterruptedException {
        refuse(values);
        CommonOptions.startLog(table(), values, terminal, 0);
        try (StopSignal signal = StopSignal.expect(); Service service = prepare(values)) {
            signal.first(service::close);
            service.start().forEach(terminal.out()::println);
            CommandLine.checkOutput(terminal);
            try (StatusLine line = StatusLine.of(service, terminal)) {
                signal.first(line::close);
                service.awaitEnd();
            }
        }
        return ExitCode.OK;
    }
}
