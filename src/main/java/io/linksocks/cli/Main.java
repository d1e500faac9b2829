package io.linksocks.cli;

/** Entry point of the command line. */
public final class Main {
    /** How virtual threads wait for sockets; the JDK reads it once, before the first of them does. */
    private static final String POLLER_MODE = "jdk.pollerMode";
    /** On threads of the system: a quarter less work for a short message than on virtual ones, JDK 25's own choice. */
    private static final String SYSTEM_THREADS = "1";

    /** Schemes of logins that no proxy is sent; by the JDK's own choice Basic, which is the only one that a proxy's URL can have. */
    private static final String DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

    /**
     * What of a client's TLS hello the server overlooks. The JDK refuses a hello whose server name has an underscore or a trailing
     * dot ({@code SNIHostName}), and with one certificate for all names it needs none of them.
     */
    private static final String IGNORED_EXTENSIONS = "jdk.tls.server.disableExtensions";

    private Main() {}

    /** Runs {@code linksocks} with these arguments and ends the process with an exit code of {@link ExitCode}. */
    public static void main(String[] arguments) {
        setUnlessSet(POLLER_MODE, SYSTEM_THREADS);
        setUnlessSet(DISABLED_SCHEMES, "");
        setUnlessSet(IGNORED_EXTENSIONS, "server_name");
        UncaughtErrors.install();
        int code = new CommandLine(new Terminal(System.out, System.err, System.getenv())).run(arguments);
        // exit, not return: threads of the HTTP client may outlive a client that failed
        System.exit(code);
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
