package io.linksocks.cli;

/**
 * Entry point of the command line. Compiled for Java 8 (pom.xml), so that a Java that is too old for all other classes gets as
 * far as saying so: it loads them only when they are used.
 */
public final class Main {
    private static final int OLDEST_JAVA = 21;

    private Main() {}

    /** Runs {@code linksocks} with these arguments and ends the process with an exit code of {@link ExitCode}. */
    public static void main(String[] arguments) {
        String obstacle = obstacle(System.getProperty("java.specification.version"));
        if (obstacle != null) {
            System.err.println("linksocks: " + obstacle);
            System.exit(ExitCode.FAILURE);
        }
        // Poll sockets on platform threads: a quarter less work per short message than on virtual ones, the default of JDK 25.
        setUnlessSet("jdk.pollerMode", "1");
        // Proxies may ask for Basic authentication, which the JDK disables; a proxy's URL has nothing for another scheme.
        setUnlessSet("jdk.http.auth.tunneling.disabledSchemes", "");
        // The JDK refuses server names with an underscore or a trailing dot; one certificate for all names needs none of them.
        setUnlessSet("jdk.tls.server.disableExtensions", "server_name");
        // Reflection, by which the JDK finds its algorithms, without generating code for it at each start.
        setUnlessSet("jdk.reflect.useNativeAccessorOnly", "true");
        UncaughtErrors.install();
        int code = new CommandLine(new Terminal(System.out, System.err, System.getenv())).run(arguments);
        // exit, not return: threads of the HTTP client may outlive a client that failed
        System.exit(code);
    }

    /**
     * Returns why this Java can't run the program; null when it can.
     *
     * @param version as {@code java.specification.version}: 1.8 or 11
     */
    static String obstacle(String version) {
        String number = version.startsWith("1.") ? version.substring(2) : version;
        return Integer.parseInt(number) >= OLDEST_JAVA ? null
                : "Java " + OLDEST_JAVA + " or later is needed, and this is Java " + number
                        + ": install one, or copy the image, which needs none,"
                        + " from a machine with JDK 21 and make image (README.md)";
    }

    private static void setUnlessSet(String property, String value) {
        System.getProperties().putIfAbsent(property, value);
    }
}
