package io.linksocks.cli;

/** Entry point of the command line. */
public final class Main {
    private Main() {}

    /** Runs {@code linksocks} with these arguments and ends the process with an exit code of {@link ExitCode}. */
    public static void main(String[] arguments) {
        // Poll sockets on platform threads: a quarter less work per short message than on virtual ones, the default of JDK 25.
        setUnlessSet("jdk.pollerMode", "1");
        // Proxies may ask for Basic authentication, which the JDK disables; a proxy's URL has nothing for another scheme.
        setUnlessSet("jdk.http.auth.tunneling.disabledSchemes", "");
        // The JDK refuses server names with an underscore or a trailing dot; one certificate for all names needs none of them.
        setUnlessSet("jdk.tls.server.disableExtensions", "server_name");
        UncaughtErrors.install();
        int code = new CommandLine(new Terminal(System.out, System.err, System.getenv())).run(arguments);
        // exit, not return: threads of the HTTP client may outlive a client that failed
        System.exit(code);
    }

    private static void setUnlessSet(String property, String value) {
        System.getProperties().putIfAbsent(property, value);
    }
}
