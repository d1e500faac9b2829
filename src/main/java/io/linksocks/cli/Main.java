package io.linksocks.cli;

/** Entry point of the command line. */
public final class Main {
    /** The JDK's HTTP client reads this only once, when its classes load, so it must be set before all else. */
    private static final String CLIENT_BUFFER = "jdk.httpclient.bufsize";
    /** Eight times the default: larger reads mean fewer wake-ups for the same stream. */
    private static final String CLIENT_BUFFER_SIZE = "131072";

    private Main() {}

    /** Runs {@code linksocks} with these arguments and ends the process with an exit code of 0, 1 or 2. */
    public static void main(String[] arguments) {
        if (System.getProperty(CLIENT_BUFFER) == null) {
            System.setProperty(CLIENT_BUFFER, CLIENT_BUFFER_SIZE);
        }
        int code = new CommandLine(new Terminal(System.out, System.err, System.getenv())).run(arguments);
        // exit, not return: threads of the HTTP client may outlive a client that failed
        System.exit(code);
    }
}
