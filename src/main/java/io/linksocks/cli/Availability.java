package io.linksocks.cli;

import java.util.List;
import java.util.Locale;

/** How far an option of the table works in this version; the title heads its section of the help page. */
enum Availability {
    AVAILABLE("Options"),
    /** Accepted: it tunes the direct path of the reference, and the path through the server always works as well. */
    DIRECT_ONLY("Without effect, because every connection goes through the server");

    private static final System.Logger LOG = System.getLogger(Availability.class.getName());

    private final String title;

    Availability(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Logs the options that were given without effect, one line for each reason. */
    static void report(OptionTable table, OptionValues values) {
        for (Availability reason : values()) {
            if (reason != AVAILABLE) {
                reportNames(given(table, values, reason), reason.title.toLowerCase(Locale.ROOT), values);
            }
        }
    }

    /** Logs which of these options were given, in one line, if any. */
    static void report(OptionValues values, String why, Option... options) {
        reportNames(given(List.of(options), values), why, values);
    }

    private static void reportNames(String names, String why, OptionValues values) {
        if (!names.isEmpty() && values.isNew(names + why)) {
            LOG.log(System.Logger.Level.INFO, "{0}: {1}", names, why);
        }
    }

    private static String given(OptionTable table, OptionValues values, Availability availability) {
        return given(table.options().stream().filter(option -> option.availability() == availability).toList(), values);
    }

    private static String given(List<Option> options, OptionValues values) {
        StringBuilder names = new StringBuilder();
        for (Option option : options) {
            if (values.isGiven(option)) {
                String origin = values.origin(option);
                names.append(names.isEmpty() ? "" : ", ").append(option.spelled())
                        .append(origin.equals(option.variable()) ? " (set by " + origin + ")" : "");
            }
        }
        return names.toString();
    }
}
