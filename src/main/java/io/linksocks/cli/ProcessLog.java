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

    /** @throws ConfigException when there is no such log */
    void become(OptionValues file) throws ConfigException {
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
        try {
            CommonOptions.startLog(table, wanted, terminal, 0);
            current = wanted;
        } catch (UsageException e) {
            throw new ConfigException(e.getMessage());
        }
    }
}
