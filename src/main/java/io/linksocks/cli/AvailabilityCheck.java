package io.linksocks.cli;

import java.util.List;
import java.util.Locale;

/** No option is silently ignored: one without effect is accepted and reported. */
final class AvailabilityCheck {
    private static final System.Logger LOG = System.getLogger(AvailabilityCheck.class.getName());

    private AvailabilityCheck() {}

    /** Logs what was given in vain, one line for each reason. */
    static void report(OptionTable table, OptionValues values) {
        for (Availability reason : Availability.values()) {
            if (reason != Availability.AVAILABLE) {
                reportNames(given(table, values, reason), reason.title().toLowerCase(Locale.ROOT), values);
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
