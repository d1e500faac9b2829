package io.linksocks.cli;

import java.io.IOException;
import java.util.Map;

/**
 * A server or a client as a file describes it.
 *
 * @param name   where it stands: {@code clients.home}
 * @param lines  the lines of the options that it has
 * @param line   its own
 */
record TunnelSpec(String name, ServiceCommand command, OptionValues values, Map<Option, Integer> lines, int line) {
    /** Whether it is the same as another, wherever the two stand in their files. */
    boolean sameAs(TunnelSpec other) {
        return name.equals(other.name) && values.sameAs(other.values);
    }

    ServiceCommand.Service prepare() throws UsageException, IOException {
        return command.prepare(values);
    }

    /** As {@link ServiceCommand.Service#check}; also refuses invalid options and logs those without effect. */
    void check() throws UsageException, IOException {
        command.refuse(values);
        DirectOptions.reportIgnored(command.table(), values);
        try (ServiceCommand.Service service = prepare()) {
            service.check();
        }
    }

    /** What was refused, with line and key. */
    String blame(UsageException e) {
        return e.option() == null
                ? Config.problem(line, name, e.getMessage())
                : Config.problem(lines.getOrDefault(e.option(), line), name + "." + e.option().name(), e.phrase());
    }

    /** What is the matter with one of its files. */
    String blame(IOException e) {
        return Config.problem(line, name, String.valueOf(e.getMessage()));
    }

    boolean hasSecrets() {
        return lines.keySet().stream().anyMatch(Option::secret);
    }
}
