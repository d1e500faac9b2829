package io.linksocks.cli;

/** The log of a process with a file of tunnels: as the flags want it, and as the file wants it where they say nothing. */
final class ProcessLog {
    private final OptionTable table;
    private final OptionValues flags;
    private final Terminal terminal;
    private OptionValues current;

    ProcessLog(OptionTable table, OptionValues flags, Terminal terminal) {
        this.table = table;
        this.flags = flags;
        this.terminal = terminal;
    }

    void become(OptionValues file) {
        OptionValues wanted = new OptionValues();
        for (Option option : ConfigReader.PROCESS.options()) {
            OptionValues source = flags.origin(option) == null ? file : flags;
            if (source.value(option) != null) {
                wanted.set(option, source.value(option), source.origin(option));
            }
        }
        if (current != null && current.sameAs(wanted)) {
            return;
        }
        CommonOptions.startLog(table, wanted, terminal, 0);
        current = wanted;
    }
}
