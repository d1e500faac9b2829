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
 * @param process what concerns all of them
 * @param tunnels in the order in which they start
 */
record Config(OptionValues process, List<TunnelSpec> tunnels) {
    /** Names of a section, a tunnel and an option, and some more for what was mistyped. */
    private static final int MAX_KEY = 160;

    /** How a message names the place of what is wrong. */
    static String problem(int line, String key, String what) {
        return "line " + line + ": " + shortened(key) + ": " + what;
    }

    private static String shortened(String key) {
        return key.length() <= MAX_KEY ? key : key.substring(0, MAX_KEY) + "...";
    }

    /**
     * Checks those that are not among the others already.
     *
     * @param withFiles whether a file that can't be used counts, which may be there by the time its tunnel tries again
     * @throws ConfigException with what can't work
     */
    void check(List<TunnelSpec> others, boolean withFiles) throws ConfigException {
        Set<String> problems = new LinkedHashSet<>();
        checkPorts(problems);
        for (TunnelSpec tunnel : tunnels) {
            if (others.stream().noneMatch(tunnel::sameAs)) {
                check(tunnel, withFiles, problems);
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(List.copyOf(problems));
        }
    }

    /** The mistake that comes most easily: two tunnels with the same default. */
    private void checkPorts(Set<String> problems) {
        Map<ListeningPort, TunnelSpec> seen = new LinkedHashMap<>();
        for (TunnelSpec tunnel : tunnels) {
            for (ListeningPort port : ports(tunnel, problems)) {
                seen.keySet().stream().filter(port::excludes).findFirst().ifPresent(other -> problems.add(tunnel.blame(
                        new UsageException(port.option(), port.option().spelled(), port.number() + " is that of "
                                + seen.get(other).name() + " already"))));
                seen.put(port, tunnel);
            }
        }
    }

    private static List<ListeningPort> ports(TunnelSpec tunnel, Set<String> problems) {
        try {
            return tunnel.command().ports(tunnel.values());
        } catch (UsageException e) {
            problems.add(tunnel.blame(e));
            return List.of();
        }
    }

    private static void check(TunnelSpec tunnel, boolean withFiles, Set<String> problems) {
        LogName.set(tunnel.name());
        try {
            tunnel.check();
        } catch (UsageException e) {
            problems.add(tunnel.blame(e));
        } catch (IOException e) {
            if (withFiles) {
                problems.add(tunnel.blame(e));
            }
        } finally {
            LogName.set(null);
        }
    }

    List<String> names() {
        return tunnels.stream().map(TunnelSpec::name).toList();
    }

    boolean hasSecrets() {
        return tunnels.stream().anyMatch(TunnelSpec::hasSecrets);
    }
}
