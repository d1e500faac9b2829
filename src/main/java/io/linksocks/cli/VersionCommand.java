package io.linksocks.cli;

import java.util.List;

/** {@code linksocks version}: what to write into a bug report. */
final class VersionCommand implements Command {
    @Override
    public String name() {
        return "version";
    }

    @Override
    public String summary() {
        return "print the version and what it runs on";
    }

    @Override
    public OptionTable table() {
        return OptionTable.of(CommonOptions.HELP);
    }

    @Override
    public List<String> examples() {
        return List.of("linksocks version");
    }

    @Override
    public int run(OptionValues values, Terminal terminal) {
        terminal.out().println("linksocks " + version() + " (Java " + Runtime.version() + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ")");
        return ExitCode.OK;
    }

    /** A jar says it in its manifest, a module in its descriptor, a directory of classes not at all. */
    private static String version() {
        Module module = VersionCommand.class.getModule();
        String version = module.isNamed()
                ? module.getDescriptor().rawVersion().orElse(null)
                : VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "development build" : version;
    }
}
