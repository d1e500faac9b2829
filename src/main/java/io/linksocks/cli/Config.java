package io.linksocks.cli;

import io.linksocks.util.LogName;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a file of tunnels says.
 *
 * @param process the options of the process
 * @param tunnels in the order in which they start
 */
record Config(OptionValues process, List<Tunnel> tunnels) {
    /** Enough for the names of a section, a tunnel and an option. */
    private static final int MAX_KEY = 160;

    /** The message for what is wrong at one place of the file. */
    static String problem(int line, String key, String what) {
        return "line " + line + ": " + (key.length() <= MAX_KEY ? key : key.substring(0, MAX_KEY) + "...") + ": " + what;
    }

    /**
     * Checks those that are not among the others already.
     *
     * @param withFiles whether to read the files that they name, which may be there by the time that a tunnel starts
     * @throws UsageException with all that can't work
     */
    void check(List<Tunnel> others, boolean withFiles) throws UsageException {
        Set<String> problems = new LinkedHashSet<>();
        checkPorts(problems);
        for (Tunnel tunnel : tunnels) {
            if (others.stream().noneMatch(tunnel::sameAs)) {
                check(tunnel, withFiles, problems);
            }
        }
        if (!problems.isEmpty()) {
            throw new UsageException(List.copyOf(problems));
        }
    }

    /** Finds the most common mistake: two tunnels with the same default port. */
    private void checkPorts(Set<String> problems) {
        Map<ListeningPort, Tunnel> seen = new LinkedHashMap<>();
        for (Tunnel tunnel : tunnels) {
            for (ListeningPort port : ports(tunnel, problems)) {
                seen.keySet().stream().filter(port::excludes).findFirst().ifPresent(other -> problems.add(tunnel.blame(
                        new UsageException(port.option(), port.option().spelled(), port.number() + " is that of "
                                + seen.get(other).name() + " already"))));
                seen.put(port, tunnel);
            }
        }
    }

    private static List<ListeningPort> ports(Tunnel tunnel, Set<String> problems) {
        try {
            return tunnel.command().ports(tunnel.values());
        } catch (UsageException e) {
            problems.add(tunnel.blame(e));
            return List.of();
        }
    }

    private static void check(Tunnel tunnel, boolean withFiles, Set<String> problems) {
        LogName.set(tunnel.name());
        try {
            tunnel.check(withFiles);
        } catch (UsageException e) {
            problems.add(tunnel.blame(e));
        } catch (IOException e) {
            if (withFiles) {
                problems.add(problem(tunnel.line(), tunnel.name(), String.valueOf(e.getMessage())));
            }
        } finally {
            LogName.set(null);
        }
    }

    List<String> names() {
        return tunnels.stream().map(Tunnel::name).toList();
    }

    boolean hasSecrets() {
        return tunnels.stream().flatMap(tunnel -> tunnel.lines().keySet().stream()).anyMatch(Option::secret);
    }

    /**
     * A server or a client.
     *
     * @param name  where it stands: {@code clients.home}
     * @param lines the lines of the options that it has
     * @param line  its own
     */
    record Tunnel(String name, ServiceCommand command, OptionValues values, Map<Option, Integer> lines, int line) {
        /** Whether it is the same as another, wherever the two stand in their files. */
        boolean sameAs(Tunnel other) {
            return name.equals(other.name) && values.sameAs(other.values);
        }

        ServiceCommand.Service prepare() throws UsageException, IOException {
            return command.prepare(values);
        }

        /** As {@link ServiceCommand.Service#check}; also refuses invalid options and logs those without effect. */
        void check(boolean withFiles) throws UsageException, IOException {
            DirectOptions.check(command.table(), values);
            try (ServiceCommand.Service service = prepare()) {
                service.check();
                if (withFiles) {
                    service.checkFiles();
                }
            }
        }

        /** The problem with its line and key. */
        private String blame(UsageException e) {
            return e.option() == null
                    ? problem(line, name, e.getMessage())
                    : problem(lines.getOrDefault(e.option(), line), name + "." + e.option().name(), e.phrase());
        }
    }
}
